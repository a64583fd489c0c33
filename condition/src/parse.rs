//! From tokens to a checked condition.
//!
//! A parser by recursive descent over token trees. It parses this language alone, never all of
//! Rust, so what is not in the language is refused at its first token, and only parentheses,
//! functions and `!` recurse. What is wrong is noted and the parser goes on behind the next `&&`,
//! `||` or `,`: one run finds all problems of a condition.
//!
//! ```text
//! any        = all ("||" all)*
//! all        = not ("&&" not)*
//! not        = "!" not | "(" any ")" | call | comparison
//! call       = present(field) | absent(field) | implies(any, any) | one_of(field, text, …)
//! comparison = sum ("<" | "<=" | ">" | ">=" | "==" | "!=") sum
//! sum        = term ("+" term)*
//! term       = field | number | text | "(" sum ")"
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Lit, LitInt};

use crate::check::{Checker, Part};
use crate::cursor::Cursor;
use crate::lookalike::first_in;
use crate::nesting::{MAX_NESTING, nested_deeper};
use crate::{Comparison, Condition, Fault, Field, Problem};

/// What may stand in a sum, for messages.
const OPERAND: &str = "a field, a number or a value in quotes";

/// A condition under construction; nothing if a problem was noted.
type Parsed = Option<Condition<Ident>>;

impl Condition<Ident> {
    /// Parses the tokens of a condition over these fields.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at least one problem.
    ///
    /// # Examples
    ///
    /// ```
    /// use quote::quote;
    /// use signed_xml_condition::{Condition, Field, Kind};
    ///
    /// let fields = [Field::new("fee", Kind::Number)];
    /// let condition = Condition::parse(quote!(fee + 1 <= 3), &fields)?;
    /// assert_eq!(condition.to_string(), "fee + 1 <= 3");
    /// # Ok::<(), Vec<signed_xml_condition::Problem>>(())
    /// ```
    pub fn parse(tokens: TokenStream, fields: &[Field]) -> Result<Self, Vec<Problem>> {
        let mut parser = Parser {
            check: Checker::new(fields),
            depth: 0,
        };
        let condition = if tokens.is_empty() {
            parser.fail(Fault::Empty, None)
        } else if let Some(span) = nested_deeper(tokens.clone(), MAX_NESTING) {
            parser.fail(Fault::TooDeep, Some(span))
        } else {
            let trees: Vec<TokenTree> = tokens.into_iter().collect();
            parser.whole(&mut Cursor::new(&trees, None))
        };
        match (condition, parser.check.problems) {
            (Some(condition), problems) if problems.is_empty() => Ok(condition),
            // Invariant: what gives no condition notes a problem.
            (_, problems) => Err(problems),
        }
    }

    /// Parses the text of a condition over these fields.
    ///
    /// Where the caller builds `proc-macro2` with `span-locations`, the places of problems are byte
    /// ranges of the text.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at least one problem.
    ///
    /// # Examples
    ///
    /// ```
    /// use signed_xml_condition::{Condition, Fault, Field, Kind};
    ///
    /// let fields = [Field::new("fee", Kind::Number)];
    /// let problems = Condition::parse_str("0 < fee < 9", &fields).unwrap_err();
    /// assert_eq!(problems[0].fault, Fault::Chained);
    /// ```
    pub fn parse_str(text: &str, fields: &[Field]) -> Result<Self, Vec<Problem>> {
        if let Some((at, found, meant)) = first_in(text) {
            return Err(vec![Problem {
                fault: Fault::Lookalike { found, meant },
                span: span_at(at, found.len_utf8()),
            }]);
        }
        match text.parse::<TokenStream>() {
            Ok(tokens) => Self::parse(tokens, fields),
            Err(error) => Err(vec![Problem {
                fault: Fault::NotRust,
                span: Some(error.span()),
            }]),
        }
    }
}

/// The place of so many bytes from `at` on, in a text that Rust's lexer does not take.
fn span_at(at: usize, length: usize) -> Option<Span> {
    let blank = format!("{}{}", " ".repeat(at), "x".repeat(length));
    let tokens: TokenStream = blank.parse().ok()?;
    tokens.into_iter().next().map(|token| token.span())
}

struct Parser<'f> {
    check: Checker<'f>,
    /// Levels around what is parsed.
    depth: usize,
}

impl Parser<'_> {
    /// A condition up to the end.
    fn whole(&mut self, input: &mut Cursor<'_>) -> Parsed {
        let condition = self.any(input);
        match input.is_empty() {
            true => condition,
            false => self.not_understood(input),
        }
    }

    fn any(&mut self, input: &mut Cursor<'_>) -> Parsed {
        let mut parts = vec![self.all(input)];
        while self.takes(input, "||", "or") {
            parts.push(self.all(input));
        }
        joined(parts, Condition::Any, |part| match part {
            Condition::Any(parts) => parts,
            part => vec![part],
        })
    }

    fn all(&mut self, input: &mut Cursor<'_>) -> Parsed {
        let mut parts = vec![self.operand(input)];
        while self.takes(input, "&&", "and") {
            parts.push(self.operand(input));
        }
        joined(parts, Condition::All, |part| match part {
            Condition::All(parts) => parts,
            part => vec![part],
        })
    }

    /// Takes an operator, or the word that other languages have for it, which is reported: the
    /// parser goes on as if the operator stood there.
    fn takes(&mut self, input: &mut Cursor<'_>, operator: &str, word: &str) -> bool {
        if input.take(operator).is_some() {
            return true;
        }
        let is_word = input.is_at_word(word);
        if is_word {
            let _: Parsed = self.not_understood(input);
            input.skip();
        }
        is_word
    }

    /// A part of a chain, and whatever wrongly stands between it and the next part.
    fn operand(&mut self, input: &mut Cursor<'_>) -> Parsed {
        let before = self.check.problems.len();
        let condition = self.not(input);
        if input.is_at_boundary() {
            return condition;
        }
        if self.check.problems.len() == before {
            let _: Parsed = self.not_understood(input);
        }
        while !input.is_at_boundary() {
            input.skip();
        }
        None
    }

    fn not(&mut self, input: &mut Cursor<'_>) -> Parsed {
        if let Some(span) = input.take("!") {
            let inner = self.deeper(span, |parser| parser.not(input))?;
            return Some(Condition::Not(Box::new(inner)));
        }
        if input.is_at_negation() {
            let place = input.span().unwrap_or_else(Span::call_site);
            let _: Parsed = self.not_understood(input);
            input.skip();
            return self.deeper(place, |parser| parser.not(input));
        }
        match input.trees() {
            [TokenTree::Group(group), ..]
                if is_parenthesis(group) && !input.second_is_of_a_sum() =>
            {
                input.skip();
                self.inside(group, Self::whole)
            }
            [TokenTree::Ident(name), TokenTree::Group(arguments), ..]
                if arguments.delimiter() == Delimiter::Parenthesis =>
            {
                input.skip();
                input.skip();
                self.call(name, arguments)
            }
            _ => self.comparison(input),
        }
    }

    fn call(&mut self, name: &Ident, arguments: &Group) -> Parsed {
        let known = ["present", "absent", "implies", "one_of"];
        let Some(function) = known.into_iter().find(|known| name == known) else {
            let name_found = name.unraw().to_string();
            return self.fail(
                Fault::UnknownFunction { name: name_found },
                Some(name.span()),
            );
        };
        let wrong = (Fault::WrongArguments { function }, Some(name.span()));
        self.inside(arguments, |parser, input| {
            let wanted = matches!(
                (function, input.arguments()),
                ("one_of", 2..) | ("implies", 2) | ("present" | "absent", 1)
            );
            if !wanted {
                return parser.fail(wrong.0, wrong.1);
            }
            match function {
                "implies" => {
                    let first = parser.any(input);
                    input.take(",");
                    let second = parser.any(input);
                    Some(Condition::Implies(Box::new(first?), Box::new(second?)))
                }
                "one_of" => parser.one_of(input),
                _ => {
                    let field = parser.field(input);
                    parser.argument_ends(input, field.is_some());
                    let present = Condition::Present(parser.check.presence(field?)?);
                    Some(match function {
                        "present" => present,
                        _ => Condition::Not(Box::new(present)),
                    })
                }
            }
        })
    }

    fn one_of(&mut self, input: &mut Cursor<'_>) -> Parsed {
        let field = self.field(input);
        self.argument_ends(input, field.is_some());
        let mut values = Vec::new();
        while input.take(",").is_some() && !input.is_empty() {
            let value = self.term(input);
            self.argument_ends(input, value.is_some());
            values.push(value);
        }
        self.check
            .one_of(field?, values.into_iter().collect::<Option<_>>()?)
    }

    /// The single name that is the argument of a function.
    fn field(&mut self, input: &mut Cursor<'_>) -> Option<Ident> {
        match input.trees() {
            [TokenTree::Ident(name), ..] => {
                input.skip();
                Some(name.clone())
            }
            _ => self.fail(Fault::NotAField, input.span()),
        }
    }

    /// Skips what stands behind an argument; behind a right one it is reported.
    fn argument_ends(&mut self, input: &mut Cursor<'_>, right: bool) {
        if right && !input.is_empty() && !input.is_at(",") {
            let _: Parsed = self.not_understood(input);
        }
        while !input.is_empty() && !input.is_at(",") {
            input.skip();
        }
    }

    fn comparison(&mut self, input: &mut Cursor<'_>) -> Parsed {
        let start = input.span();
        let left = self.sum(input)?;
        let Some((comparison, place)) = take_comparison(input) else {
            return match input.is_at_boundary() {
                true => self.fail(Fault::NotACondition, start),
                false => self.not_understood(input),
            };
        };
        let right = self.sum(input)?;
        if let Some((_, place)) = take_comparison(input) {
            return self.fail(Fault::Chained, Some(place));
        }
        self.check.comparison(left, comparison, place, right)
    }

    fn sum(&mut self, input: &mut Cursor<'_>) -> Option<Vec<Part>> {
        let mut parts = self.terms(input)?;
        while input.take("+").is_some() {
            parts.extend(self.terms(input)?);
        }
        Some(parts)
    }

    /// A term, or those of a sum in parentheses.
    fn terms(&mut self, input: &mut Cursor<'_>) -> Option<Vec<Part>> {
        match input.trees() {
            [TokenTree::Group(group), ..] if is_parenthesis(group) => {
                input.skip();
                self.inside(group, |parser, input| {
                    let sum = parser.sum(input)?;
                    match input.is_empty() {
                        true => Some(sum),
                        false => parser.not_understood(input),
                    }
                })
            }
            _ => self.term(input).map(|part| vec![part]),
        }
    }

    fn term(&mut self, input: &mut Cursor<'_>) -> Option<Part> {
        let part = match input.trees() {
            [TokenTree::Ident(name), ..] => Part::Field(name.clone()),
            [TokenTree::Literal(literal), ..] => match Lit::new(literal.clone()) {
                Lit::Str(text) => Part::Text(text),
                Lit::Int(number) => Part::Number(self.number(&number)?, number.span()),
                _ => return self.not_understood(input),
            },
            [] => return self.expected(OPERAND, input),
            _ if input.operator().is_some() => return self.expected(OPERAND, input),
            _ => return self.not_understood(input),
        };
        input.skip();
        Some(part)
    }

    fn number(&mut self, number: &LitInt) -> Option<u64> {
        match number.base10_parse() {
            Ok(value) if number.suffix().is_empty() => Some(value),
            _ => self.fail(Fault::BadNumber, Some(number.span())),
        }
    }

    /// Parses the inside of a group, one level deeper. A group without delimiters comes from a
    /// variable of `macro_rules`.
    fn inside<T>(
        &mut self,
        group: &Group,
        parse: impl FnOnce(&mut Self, &mut Cursor<'_>) -> Option<T>,
    ) -> Option<T> {
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        self.deeper(group.span_open(), |parser| {
            parse(parser, &mut Cursor::new(&trees, Some(group.span_close())))
        })
    }

    fn deeper<T>(&mut self, place: Span, parse: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == MAX_NESTING {
            return self.fail(Fault::TooDeep, Some(place));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn expected<T>(&mut self, expected: &'static str, input: &Cursor<'_>) -> Option<T> {
        let found = input.operator().map(str::to_owned);
        self.fail(Fault::Expected { expected, found }, input.span())
    }

    fn not_understood<T>(&mut self, input: &Cursor<'_>) -> Option<T> {
        let token = match input.trees() {
            [TokenTree::Punct(punct), ..] => punct.as_char().to_string(),
            [TokenTree::Ident(word), ..] => word.to_string().to_lowercase(),
            _ => String::new(),
        };
        self.fail(Fault::NotInTheLanguage { token }, input.span())
    }

    fn fail<T>(&mut self, fault: Fault, span: Option<Span>) -> Option<T> {
        self.check.fail(fault, span)
    }
}

fn is_parenthesis(group: &Group) -> bool {
    matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::None)
}

fn take_comparison(input: &mut Cursor<'_>) -> Option<(Comparison, Span)> {
    Comparison::ALL
        .iter()
        .find_map(|comparison| Some((*comparison, input.take(comparison.operator())?)))
}

/// The parts of a chain as one condition, a chain within a chain taken in.
fn joined(
    parts: Vec<Parsed>,
    join: fn(Vec<Condition<Ident>>) -> Condition<Ident>,
    parts_of: fn(Condition<Ident>) -> Vec<Condition<Ident>>,
) -> Parsed {
    let mut parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
    match parts.len() {
        1 => parts.pop(),
        _ => Some(join(parts.into_iter().flat_map(parts_of).collect())),
    }
}
