//! One suite for every store: what the desk relies on, held by memory, SQLite and PostgreSQL alike.
//!
//! The cases stand in `cases/` and are listed here. Those for PostgreSQL need a server, named by `PAYINSURANCE_POSTGRES`
//! (`scripts/with-postgres` starts one); without it they say that they are skipped.

#![allow(clippy::unwrap_used, reason = "a test reports by panicking")]

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod access;
mod cases;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod crashes;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod leases;
mod place;
mod samples;
#[cfg(feature = "postgres")]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite_file;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[path = "../steps/mod.rs"]
mod steps;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod upgrade;

/// Makes a test of each case for each store.
macro_rules! suite {
    ($($room:ident { $($case:ident)+ })+) => {
        mod memory {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::cases::$room::$case(&crate::place::Place::memory()).await;
                }
            )+)+
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::cases::$room::$case(&crate::place::Place::sqlite()).await;
                }
            )+)+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    if let Some(place) = crate::place::Place::postgres(stringify!($case)).await {
                        crate::cases::$room::$case(&place).await;
                    }
                }
            )+)+
        }
    };
}

suite! {
    orders {
        an_order_is_stored_as_it_was_given
        an_order_that_is_there_is_given_back_and_nothing_changes
        two_hospitals_may_use_the_same_number
        orders_are_listed_newest_first
        orders_are_listed_by_what_the_filter_says
        pages_follow_one_another_without_gap_or_repeat
        contradicted_orders_are_listed_alone
        an_order_of_a_newer_version_is_named_beside_the_others
        a_line_of_a_newer_version_is_named_beside_the_others
        any_character_is_stored
        what_was_stored_is_there_after_opening_again
    }
    changes {
        a_change_is_stored_whole
        a_change_on_an_older_revision_is_stale_and_leaves_nothing
        a_change_of_an_order_that_is_not_there_is_stale
        a_notification_that_was_stored_is_repeated_and_leaves_nothing
        a_repeated_notification_is_recognized_even_if_the_order_changed_meanwhile
        a_change_without_a_line_adds_none
        of_64_deciders_at_once_exactly_one_is_stored
        of_64_equal_notifications_at_once_exactly_one_is_stored
        of_64_equal_inserts_at_once_exactly_one_is_stored
        changes_of_many_orders_at_once_are_all_stored
    }
    refund_numbers {
        a_refund_number_of_another_order_is_refused_as_a_whole
        an_order_keeps_its_refund_number_and_may_change_it
        two_hospitals_may_use_the_same_refund_number
        refunds_whose_number_is_not_known_do_not_meet
        of_64_orders_that_ask_for_one_refund_number_at_once_exactly_one_is_stored
    }
    replacements {
        a_replacement_is_stored_with_the_change
        a_replacement_whose_key_is_there_leaves_nothing
        of_64_deciders_at_once_exactly_one_brings_a_replacement
        two_orders_with_one_replacement_at_once_bring_it_once
    }
    claims {
        due_orders_are_claimed_soonest_first_up_to_the_limit
        a_claimed_order_is_given_to_no_other_claim_until_the_first_ends
        a_change_ends_the_claim_of_its_order
        an_order_without_a_time_is_never_claimed
        claimers_at_once_share_the_orders_without_overlap
        only_orders_of_known_hospitals_are_claimed
        urgent_orders_are_claimed_before_a_thousand_that_are_due_earlier
        an_order_is_urgent_as_its_last_change_left_it
        an_order_that_is_due_beyond_the_longest_wait_is_due_now
        an_order_of_a_newer_version_does_not_stop_the_others
    }
    events {
        events_of_an_order_are_claimed_one_after_the_other
        events_of_two_orders_do_not_wait_for_each_other
        a_claimed_event_is_given_to_no_other_claim_until_the_first_ends
        an_event_that_was_not_taken_comes_again_when_it_is_due
        a_dead_event_lets_the_next_one_pass
        what_was_delivered_stays_delivered
        an_event_whose_id_is_stored_is_not_added_again
        replay_makes_delivered_and_dead_events_due_again
        only_events_of_known_hospitals_are_claimed
        an_event_that_is_due_beyond_the_longest_wait_is_due_now
        an_event_of_a_newer_version_does_not_stop_the_others
        events_are_listed_oldest_first_by_what_the_filter_says
        an_event_of_a_newer_version_is_named_beside_the_others
        claimers_at_once_share_the_events_without_overlap
        a_replayed_event_leaves_before_those_behind_it
        an_event_is_found_behind_a_thousand_that_wait_for_earlier_ones
        settling_and_adding_events_at_once_leaves_the_first_of_each_order_free
    }
    received {
        a_verified_notification_is_stored_as_it_came
        what_is_in_quarantine_is_stored_once_with_its_reason
        quarantine_does_not_stop_the_same_key_from_being_accepted
        received_bytes_are_listed_newest_first_by_what_the_filter_says
        large_and_empty_bodies_are_stored
        the_quarantine_is_pruned_by_age
        the_quarantine_is_pruned_to_a_number_of_bytes
        what_was_pruned_is_stored_when_it_comes_again
        a_large_quarantine_is_pruned_at_once
    }
    tokens {
        a_stored_token_is_read_by_all_clients_of_the_merchant
        one_renews_while_the_others_wait
        a_lease_that_is_dropped_is_free_again
        merchants_do_not_wait_for_each_other
        leases_in_hand_hold_up_nothing_else
    }
}
