//! What takes minutes: run by `tests/run --long`, in the nextest profile `long`.

mod kills {
    use crate::kills::{FIVE, survive};
    use crate::support::database::TestDatabase;

    #[test]
    fn sqlite_survives_five() {
        survive(&TestDatabase::sqlite(), &FIVE);
    }

    #[test]
    fn postgres_survives_five() {
        survive(&TestDatabase::postgres(), &FIVE);
    }
}
