//! Turns a provider into the exports of a component.
//!
//! The provider's own logic knows nothing of this; natively nothing is exported, because the
//! names of component exports (`@`, `:`) are no ELF symbols.

use std::marker::PhantomData;

/// A component made of the provider `P`. Only `export_provider!` names it.
pub struct Component<P>(PhantomData<P>);

/// Exports a provider as the component's world. Does nothing natively, so the same crate runs under `cargo test`.
///
/// The crate's front page shows it in use.
#[macro_export]
macro_rules! export_provider {
    ($provider:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs, unreachable_pub, clippy::all)]
        const _: () = {
            type Exported = $crate::Component<$provider>;
    $crate::bindings::export!(Exported with_types_in $crate::bindings);
        };
    };
}

#[cfg(target_arch = "wasm32")]
mod exports {
    //! The generated traits, each passing on to the provider.

    use super::Component;
    use crate::contract::actions::{self, *};
    use crate::contract::data_sources::{self, Row, RowsInput, Source};
    use crate::contract::events::{self, InboundRequest, Reading, Rejection};
    use crate::contract::manifest::{self, Description};
    use crate::contract::types::{DocumentStatus, Failure};
    use crate::host::Imports;
    use crate::provider::Provider;

    impl<P: Provider> manifest::Guest for Component<P> {
        fn describe() -> Description {
            P::describe()
        }
    }

    impl<P: Provider> actions::Guest for Component<P> {
        fn send_for_signature(input: SendInput) -> Result<SentDocument, Failure> {
            P::send_for_signature(&Imports, &input)
        }

        fn get_document_status(input: DocumentInput) -> Result<DocumentStatus, Failure> {
            P::get_document_status(&Imports, &input)
        }

        fn get_recipient_statuses(input: RecipientsInput) -> Result<Vec<RecipientStatus>, Failure> {
            P::get_recipient_statuses(&Imports, &input)
        }

        fn get_document(input: DownloadInput) -> Result<DownloadedDocument, Failure> {
            P::get_document(&Imports, &input)
        }

        fn get_signing_link(input: RecipientsInput) -> Result<SigningLinks, Failure> {
            P::get_signing_link(&Imports, &input)
        }

        fn send_reminders(input: ReminderInput) -> Result<Reminded, Failure> {
            P::send_reminders(&Imports, &input)
        }

        fn withdraw_document(input: WithdrawInput) -> Result<Withdrawn, Failure> {
            P::withdraw_document(&Imports, &input)
        }

        fn list_changes(input: ChangesInput) -> Result<DocumentChanges, Failure> {
            P::list_changes(&Imports, &input)
        }
    }

    impl<P: Provider> data_sources::Guest for Component<P> {
        fn list() -> Vec<Source> {
            P::sources()
        }

        fn rows(input: RowsInput) -> Result<Vec<Row>, Failure> {
            P::rows(&Imports, &input)
        }
    }

    impl<P: Provider> events::Guest for Component<P> {
        fn read(request: InboundRequest) -> Result<Reading, Rejection> {
            P::read_event(&request)
        }
    }
}
