//! The promise under load: many readers and writers at once, and nobody may read what was overtaken before they began.

use std::sync::atomic::AtomicBool;

use super::*;

/// Writers commit, raise and acknowledge; readers who begin after an acknowledgement must see its version.
async fn storm(published: Published, pages: u64, writes: i64) -> (usize, usize) {
    struct Page {
        id: PageId,
        committed: AtomicI64,
        acknowledged: AtomicI64,
    }
    let settings = Arc::new(Page {
        id: page(1_000),
        committed: AtomicI64::new(0),
        acknowledged: AtomicI64::new(0),
    });
    let pages: Arc<Vec<Page>> = Arc::new(
        (0..pages)
            .map(|seed| Page {
                id: page(seed),
                committed: AtomicI64::new(0),
                acknowledged: AtomicI64::new(0),
            })
            .collect(),
    );
    let published = Arc::new(published);
    let done = Arc::new(AtomicBool::new(false));
    let (reads, builds) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));

    let readers: Vec<_> = (0..12)
        .map(|reader: usize| {
            let (published, pages, settings) = (published.clone(), pages.clone(), settings.clone());
            let (done, reads, builds) = (done.clone(), reads.clone(), builds.clone());
            tokio::spawn(async move {
                let mut turn = reader;
                while !done.load(Ordering::SeqCst) {
                    turn += 1;
                    let page = &pages[turn % pages.len()];
                    let least = page.acknowledged.load(Ordering::SeqCst);
                    let least_settings = settings.acknowledged.load(Ordering::SeqCst);
                    let build = || async {
                        builds.fetch_add(1, Ordering::SeqCst);
                        let version = page.committed.load(Ordering::SeqCst);
                        let sites = settings.committed.load(Ordering::SeqCst);
                        // Rows are read and rendered; commits come in meanwhile.
                        for _ in 0..turn % 7 {
                            tokio::task::yield_now().await;
                        }
                        if turn.is_multiple_of(5) {
                            tokio::time::sleep(Duration::from_micros(300)).await;
                        }
                        Ok::<_, Infallible>(Finished::new(version, sites, version.to_string().into_bytes()))
                    };
                    let finished = published.get_or_build(&key(page.id), build).await.unwrap();
                    assert!(
                        finished.version >= least,
                        "saw {} after {least}",
                        finished.version
                    );
                    assert!(finished.sites_epoch >= least_settings);
                    let body = &finished.smallest(false, false).1.bytes;
                    assert_eq!(
                        body,
                        finished.version.to_string().as_bytes(),
                        "another page's bytes"
                    );
                    reads.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();

    let writers: Vec<_> = (0..3)
        .map(|writer: usize| {
            let (published, pages, settings) = (published.clone(), pages.clone(), settings.clone());
            tokio::task::spawn_blocking(move || {
                for turn in 0..writes {
                    let page = &pages[(writer + usize::try_from(turn).unwrap()) % pages.len()];
                    let version = page.committed.fetch_add(1, Ordering::SeqCst) + 1;
                    published.raise(&[(page.id, version)], None, None);
                    page.acknowledged.fetch_max(version, Ordering::SeqCst);
                    if turn % 50 == 0 {
                        let version = settings.committed.fetch_add(1, Ordering::SeqCst) + 1;
                        published.raise(&[], None, Some(version));
                        settings.acknowledged.fetch_max(version, Ordering::SeqCst);
                    }
                    std::thread::sleep(Duration::from_micros(150));
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    // When the storm is over, the last state is what is kept.
    for page in pages.iter() {
        let last = page.committed.load(Ordering::SeqCst);
        assert!(read(&published, &key(page.id), last).await >= last);
    }
    (reads.load(Ordering::SeqCst), builds.load(Ordering::SeqCst))
}

#[test]
fn nobody_reads_what_was_overtaken_before_they_began() {
    let (reads, builds) = block_on(storm(Published::new(CAPACITY), 3, 3_000));
    assert!(
        reads > builds,
        "nothing was ever cached: {reads} reads, {builds} builds"
    );
}

#[test]
fn nor_while_floors_are_forgotten_all_the_time() {
    block_on(storm(Published::with_floors(CAPACITY, 2), 8, 3_000));
}
