//! A log whose work is waited for.

use pubwiki_lua_runtime::protocol::Record;
use pubwiki_lua_runtime::storage::Batch;
use pubwiki_lua_runtime::storage::log::{File, FileError, Files, Log, Progress};
use pubwiki_lua_runtime::testing::TestPlatform;

pub struct BlockingLog<F> {
    pub platform: TestPlatform,
    pub log: Log<F>,
}

impl<F: File> BlockingLog<F> {
    pub fn open(files: Files<F>) -> Result<Self, FileError> {
        let platform = TestPlatform::new();
        let log = platform.block_here(Log::open(files, platform.shared()))?;
        Ok(Self { platform, log })
    }

    pub fn get(&self, key: &str) -> Result<Option<Record>, FileError> {
        let found = self.platform.block_here(self.log.get_many(&[key.into()]))?;
        Ok(found.into_iter().next())
    }

    pub fn scan(&self, prefix: &str) -> Result<Vec<Record>, FileError> {
        self.platform.block_here(self.log.scan(prefix))
    }

    pub fn write(&mut self, batch: Batch) -> Result<(), FileError> {
        self.platform.block_here(self.log.write(&batch))
    }

    pub fn clear(&mut self) -> Result<(), FileError> {
        self.log.clear()
    }

    pub fn compact(&mut self) -> Result<Progress, FileError> {
        self.platform.block_here(self.log.compact())
    }
}
