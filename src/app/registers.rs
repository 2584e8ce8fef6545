//! Compiled registers, the newest of each site: compiling takes longer than a comment does.

use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;

use crate::domain::id::SiteId;
use crate::screening::Register;

/// Sites whose registers are kept compiled.
const SITES: usize = 128;

/// The newest compiled register of each site that was asked for lately.
pub struct Registers(Cache<SiteId, Arc<Register>>);

impl Default for Registers {
    fn default() -> Self {
        Self(Cache::new(SITES))
    }
}

impl Registers {
    /// The site's register, where the one kept is of this version.
    pub fn get(&self, site: SiteId, version: i64) -> Option<Arc<Register>> {
        self.0.get(&site).filter(|register| register.version() == version)
    }

    /// Keeps a register, unless a newer one is there.
    pub fn put(&self, site: SiteId, register: Arc<Register>) {
        let newer = self
            .0
            .peek(&site)
            .is_some_and(|kept| kept.version() > register.version());
        if !newer {
            self.0.insert(site, register);
        }
    }
}

impl fmt::Debug for Registers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registers({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Micros;
    use crate::domain::rng::SeededRng;

    #[test]
    fn an_old_register_is_neither_given_nor_kept() {
        let registers = Registers::default();
        let site = SiteId::new(Micros::from_i64(0), &SeededRng::new(1));
        registers.put(site, Arc::new(Register::compile(2, &[])));
        assert!(registers.get(site, 1).is_none() && registers.get(site, 3).is_none());
        registers.put(site, Arc::new(Register::compile(1, &[])));
        assert_eq!(registers.get(site, 2).map(|register| register.version()), Some(2));
    }
}
