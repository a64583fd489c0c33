//! State diagrams as SVG, from the moves that the spec states.
//!
//! Steps: states to layers (a state stands below every state that leads to it; a move that would
//! close a circle is turned round for this), a bend in each layer that a move jumps over, order
//! inside a layer by the middle of the neighbours above, places, paths. From top to bottom, so that
//! a phone shows it whole; colours come from the style sheet, so that dark is dark here too.

use std::fmt::Write;

use signed_xml_codegen::model::{Enum, EnumValue, FieldType, Interface, MessageKind};

use super::prose::{Html, Scope, escaped};
use super::words::Language;

/// Height of a state.
const TALL: i32 = 46;
/// Between two layers.
const GAP: i32 = 44;
/// Between two states of a layer, and around the whole.
const SPACE: i32 = 18;
/// Width of a bend.
const BEND: i32 = 24;
/// Width of a Latin letter of the values, and of a Chinese one of the labels.
const LETTER: i32 = 8;
const WIDE: i32 = 13;

/// A diagram and what it shows, in words.
pub(super) struct States<'a> {
    pub(super) name: &'a str,
    pub(super) href: String,
    pub(super) svg: Html,
    pub(super) moves: Vec<MoveRow<'a>>,
}

pub(super) struct MoveRow<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) doc: Html,
}

/// The diagrams of the states that replies of an interface cannot do without.
pub(super) fn of_interface<'a>(
    interface: &'a Interface,
    language: Language,
    scope: Scope<'a>,
) -> Vec<States<'a>> {
    let received = interface.messages.iter().filter(|message| {
        matches!(
            message.kind,
            MessageKind::Response | MessageKind::Notification
        )
    });
    let fields = received.flat_map(|message| message.distinct_fields());
    let enums = fields.filter_map(|field| match &field.field_type {
        FieldType::Enum(name) if field.demanded => scope.model.enum_named(name),
        _ => None,
    });
    enums
        .filter_map(|found| of(found, language, scope))
        .collect()
}

/// The diagram of an enum; `None` if it has no moves.
pub(super) fn of<'a>(found: &'a Enum, language: Language, scope: Scope<'a>) -> Option<States<'a>> {
    if found.moves.is_empty() {
        return None;
    }
    let moves = found.moves.iter().map(|step| MoveRow {
        from: &step.from,
        to: &step.to,
        doc: scope.prose(&step.doc),
    });
    Some(States {
        name: &found.name,
        href: format!("{}{}", scope.home, super::address::enumeration(&found.name)),
        svg: Html(Layout::of(found).svg(found, language)),
        moves: moves.collect(),
    })
}

/// A state, or a bend of a move that jumps over its layer.
struct Node {
    state: Option<usize>,
    width: i32,
    x: i32,
}

struct Layout {
    /// From top to bottom, each from left to right; indices into `nodes`.
    layers: Vec<Vec<usize>>,
    nodes: Vec<Node>,
    /// The nodes of each move from its start to its end.
    paths: Vec<Vec<usize>>,
    width: i32,
}

impl Layout {
    fn of(found: &Enum) -> Self {
        let place = |wire: &str| found.values.iter().position(|value| value.value == wire);
        let moves = found.moves.iter();
        let moves: Vec<(usize, usize)> = moves
            .filter_map(|step| Some((place(&step.from)?, place(&step.to)?)))
            .collect();
        let depths = depths(found.values.len(), &moves);
        let mut layout = Self {
            layers: Vec::new(),
            nodes: Vec::new(),
            paths: Vec::new(),
            width: 0,
        };
        let mut node_of = vec![0; found.values.len()];
        for (state, value) in found.values.iter().enumerate() {
            // A state that no move touches would only be an island.
            if moves
                .iter()
                .any(|(from, to)| *from == state || *to == state)
            {
                node_of[state] = layout.add(depths[state], Some(state), width(value));
            }
        }
        for (from, to) in moves {
            let (upper, lower) = (depths[from].min(depths[to]), depths[from].max(depths[to]));
            let mut path: Vec<usize> = (upper + 1..lower)
                .map(|depth| layout.add(depth, None, BEND))
                .collect();
            if depths[from] > depths[to] {
                path.reverse();
            }
            path.insert(0, node_of[from]);
            path.push(node_of[to]);
            layout.paths.push(path);
        }
        layout.layers.retain(|layer| !layer.is_empty());
        layout.order();
        layout.place();
        layout
    }

    fn add(&mut self, depth: usize, state: Option<usize>, width: i32) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node { state, width, x: 0 });
        if self.layers.len() <= depth {
            self.layers.resize_with(depth + 1, Vec::new);
        }
        self.layers[depth].push(node);
        node
    }

    /// Orders each layer by the middle of the neighbours above, then below, a few times.
    fn order(&mut self) {
        for round in 0..4 {
            let down: Vec<usize> = (1..self.layers.len()).collect();
            let up: Vec<usize> = (0..self.layers.len().saturating_sub(1)).rev().collect();
            let (layers, step) = if round % 2 == 0 { (down, -1) } else { (up, 1) };
            for layer in layers {
                let Some(fixed) = layer.checked_add_signed(step) else {
                    continue;
                };
                let fixed = self.layers[fixed].clone();
                let paths = &self.paths;
                let middle = |node: usize| {
                    let pairs = paths.iter().flat_map(|path| path.windows(2));
                    let places: Vec<usize> = pairs
                        .filter_map(|pair| match *pair {
                            [a, b] if a == node => fixed.iter().position(|at| *at == b),
                            [a, b] if b == node => fixed.iter().position(|at| *at == a),
                            _ => None,
                        })
                        .collect();
                    // Hundredths, so that equal middles stay equal and the order stays stable.
                    places.iter().sum::<usize>() * 100 / places.len().max(1)
                };
                self.layers[layer].sort_by_cached_key(|node| middle(*node));
            }
        }
    }

    /// Places every layer around the middle of the widest.
    fn place(&mut self) {
        let wide = |nodes: &[Node], layer: &[usize]| {
            let widths: i32 = layer.iter().map(|node| nodes[*node].width).sum();
            widths + SPACE * (layer.len() as i32 - 1)
        };
        let widest = self
            .layers
            .iter()
            .map(|layer| wide(&self.nodes, layer))
            .max();
        self.width = widest.unwrap_or(0) + 2 * SPACE;
        for layer in &self.layers {
            let mut x = (self.width - wide(&self.nodes, layer)) / 2;
            for node in layer {
                self.nodes[*node].x = x;
                x += self.nodes[*node].width + SPACE;
            }
        }
    }

    fn svg(&self, found: &Enum, language: Language) -> String {
        let height = self.layers.len() as i32 * (TALL + GAP) - GAP + 2 * SPACE;
        let (name, width) = (escaped(&found.name), self.width);
        let moves: Vec<String> = found
            .moves
            .iter()
            .map(|step| format!("{} → {}", step.from, step.to))
            .collect();
        let title = language.pick("State diagram of", "状态图：");
        let moves = escaped(&moves.join(", "));
        let mut svg = format!(
            "<svg class=\"states\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"{name}-title {name}-moves\">\n\
             <title id=\"{name}-title\">{title} {name}</title>\n<desc id=\"{name}-moves\">{moves}</desc>\n\
             <defs><marker id=\"{name}-tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"tip\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n"
        );
        for path in &self.paths {
            // Writing into a String cannot fail.
            let _ = writeln!(
                svg,
                "<path class=\"move\" d=\"{}\" marker-end=\"url(#{name}-tip)\"/>",
                self.path(path)
            );
        }
        for (node, value) in self.states(found) {
            let (x, y, wide) = (self.nodes[node].x, self.top(node), self.nodes[node].width);
            let leads = found.moves.iter().any(|step| step.from == value.value);
            let reached = found.moves.iter().any(|step| step.to == value.value);
            let class = match (reached, leads) {
                (false, _) => "first",
                (true, false) => "last",
                (true, true) => "middle",
            };
            let middle = x + wide / 2;
            let _ = writeln!(
                svg,
                "<g class=\"state {class}\"><rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{TALL}\" rx=\"8\"/>\
                 <text class=\"value\" x=\"{middle}\" y=\"{}\">{}</text>\
                 <text class=\"label\" x=\"{middle}\" y=\"{}\" lang=\"zh-CN\">{}</text></g>",
                y + 20,
                escaped(&value.value),
                y + 37,
                escaped(&value.label),
            );
        }
        svg + "</svg>"
    }

    fn states<'a>(&self, found: &'a Enum) -> impl Iterator<Item = (usize, &'a EnumValue)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(at, node)| Some((at, found.values.get(node.state?)?)))
    }

    /// A curve through the nodes of a move, leaving and entering upright.
    fn path(&self, path: &[usize]) -> String {
        let mut text = String::new();
        for (at, pair) in path.windows(2).enumerate() {
            let [from, to] = *pair else { continue };
            let down = self.leads_down(pair);
            let edge = |node: usize, low: bool| {
                let bend = self.nodes[node].state.is_none();
                let y = if bend {
                    TALL / 2
                } else if low {
                    TALL
                } else {
                    0
                };
                (self.port(node, pair), self.top(node) + y)
            };
            let ((x, y), (to_x, to_y)) = (edge(from, down), edge(to, !down));
            let middle = (y + to_y) / 2;
            if at == 0 {
                let _ = write!(text, "M{x} {y}");
            }
            let _ = write!(text, "C{x} {middle} {to_x} {middle} {to_x} {to_y}");
        }
        text
    }

    /// Where on its width a node is left or entered: moves on one side share it evenly.
    fn port(&self, node: usize, pair: &[usize]) -> i32 {
        let other = |pair: &[usize]| match *pair {
            [a, b] if a == node => Some(b),
            [a, b] if b == node => Some(a),
            _ => None,
        };
        let Some(this) = other(pair) else { return 0 };
        let below = self.top(this) > self.top(node);
        let pairs = self.paths.iter().flat_map(|path| path.windows(2));
        let mut neighbours: Vec<(i32, bool)> = pairs
            .filter_map(|pair| Some((other(pair)?, self.leads_down(pair))))
            .filter(|(neighbour, _)| (self.top(*neighbour) > self.top(node)) == below)
            .map(|(neighbour, down)| (self.middle(neighbour), down))
            .collect();
        // Both ends order a move and its way back alike, so that the two do not cross.
        neighbours.sort_unstable();
        let mine = (self.middle(this), self.leads_down(pair));
        let at = neighbours
            .iter()
            .position(|found| *found == mine)
            .unwrap_or(0) as i32;
        self.nodes[node].x + self.nodes[node].width * (at + 1) / (neighbours.len() as i32 + 1)
    }

    fn leads_down(&self, pair: &[usize]) -> bool {
        self.top(pair[0]) < self.top(pair[1])
    }

    fn middle(&self, node: usize) -> i32 {
        self.nodes[node].x + self.nodes[node].width / 2
    }

    fn top(&self, node: usize) -> i32 {
        let mut layers = self.layers.iter();
        let depth = layers.position(|layer| layer.contains(&node)).unwrap_or(0);
        SPACE + depth as i32 * (TALL + GAP)
    }
}

fn width(value: &EnumValue) -> i32 {
    let label: i32 = value
        .label
        .chars()
        .map(|c| if c.is_ascii() { LETTER } else { WIDE })
        .sum();
    let value = value.value.chars().count() as i32 * LETTER;
    value.max(label).max(64) + 22
}

/// The layer of each state: one more than that of the lowest state that leads to it.
fn depths(states: usize, moves: &[(usize, usize)]) -> Vec<usize> {
    let mut depths = vec![0; states];
    let forward = forward(states, moves);
    for _ in 0..states {
        for (from, to) in &forward {
            depths[*to] = depths[*to].max(depths[*from] + 1);
        }
    }
    depths
}

/// The moves without those that close a circle, seen in the order of the spec.
fn forward(states: usize, moves: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for (from, to) in moves {
        let mut reached = vec![false; states];
        let mut open = vec![*to];
        while let Some(state) = open.pop() {
            if !std::mem::replace(&mut reached[state], true) {
                open.extend(
                    edges
                        .iter()
                        .filter(|step| step.0 == state)
                        .map(|step| step.1),
                );
            }
        }
        if !reached[*from] {
            edges.push((*from, *to));
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_stands_below_all_that_lead_to_it() {
        assert_eq!(depths(4, &[(0, 1), (1, 2), (0, 2), (0, 3)]), [0, 1, 2, 1]);
    }

    #[test]
    fn a_move_back_bends_no_layer() {
        assert_eq!(depths(3, &[(0, 1), (1, 2), (2, 1)]), [0, 1, 2]);
    }
}
