//! The fixed values of Autenti, with their names.
//!
//! Languages stand in `languages`.

use countersign_sdk::rows::Named;

/// States of a document that a workflow can meet. None ends in a blank.
pub(crate) const DOCUMENT_STATUSES: [Named; 7] = [
    ("PROCESSING", "Processing", "W toku", "In Bearbeitung"),
    ("SUCCESS", "Success", "Sukces", "Erfolg"),
    ("FAILED", "Failed", "Niepowodzenie", "Fehlgeschlagen"),
    ("WITHDRAWN", "Withdrawn", "Wycofany", "Zurückgezogen"),
    ("ERROR", "Error", "Błąd", "Fehler"),
    ("COMPLETED", "Completed", "Zakończony", "Abgeschlossen"),
    ("REJECTED", "Rejected", "Odrzucony", "Abgelehnt"),
];

/// What a recipient can be asked to do.
pub(crate) const ROLES: [Named; 4] = [
    ("SIGNER", "Signer", "Podpisujący", "Unterzeichner"),
    ("APPROVER", "Approver", "Akceptujący", "Genehmiger"),
    ("REVIEWER", "Reviewer", "Recenzent", "Prüfer"),
    ("VIEWER", "Viewer", "Obserwator", "Betrachter"),
];

/// Where a recipient can stand. REJECTED is told by an event, not by Autenti's own word.
pub(crate) const RECIPIENT_STATUSES: [Named; 6] = [
    ("NONE", "Not started", "Nie rozpoczęto", "Nicht begonnen"),
    ("PENDING", "Pending", "Oczekuje", "Ausstehend"),
    ("COMPLETED", "Completed", "Zakończono", "Abgeschlossen"),
    ("OBSOLETE", "Obsolete", "Nieaktualne", "Hinfällig"),
    ("FAILED", "Failed", "Niepowodzenie", "Fehlgeschlagen"),
    ("REJECTED", "Rejected", "Odrzucono", "Abgelehnt"),
];

/// How a recipient can sign.
pub(crate) const SIGNATURE_TYPES: [Named; 3] = [
    ("BASIC", "Autenti E-signature", "E-podpis Autenti", "Autenti E-Signatur"),
    ("QUALIFIED", "Qualified signature", "Podpis kwalifikowany", "Qualifizierte Signatur"),
    (
        "ADVANCED",
        "Advanced Autenti e-signature",
        "Zaawansowany e-podpis Autenti",
        "Fortgeschrittene Autenti E-Signatur",
    ),
];

/// How signatures show in the document.
pub(crate) const VISUALISATIONS: [Named; 2] = [
    (
        "VISUALISATION:AUTENTI_SIGNATURE_CARD",
        "Signature card at the end",
        "Karta podpisów na końcu",
        "Signaturkarte am Ende",
    ),
    (
        "VISUALISATION:MANUAL",
        "Place chosen by the recipient",
        "Miejsce wybiera odbiorca",
        "Stelle wählt der Empfänger",
    ),
];
