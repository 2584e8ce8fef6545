//! What takes minutes, or a program that watches the server from outside: run by `tests/run --long`, in the nextest
//! profile `long`.

mod syncs;

mod kills {
    use crate::kills::{FIVE, survive};
    use crate::support::database::TestDatabase;
    use crate::support::on_both;

    on_both! {
        fn five_are_survived(database: TestDatabase) {
            survive(&database, &FIVE);
        }
    }
}
