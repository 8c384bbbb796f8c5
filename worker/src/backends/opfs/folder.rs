//! The folder with the log's files.

use super::bindings::{Directory, FileHandle, options, root};
use super::file::{OpenFile, fault, named};
use super::place::Place;
use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use pubwiki_lua_runtime::storage::log::{FileError, Files};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The names of the log's files.
const NAMES: [&str; 2] = ["log-0", "log-1"];
/// The error of a file that another worker has open.
const IN_USE: &str = "NoModificationAllowedError";
/// How often and after how many milliseconds such a file is tried: a page that was left or
/// loaded again releases it only when its worker has ended.
const ATTEMPTS: u32 = 30;
const PAUSE_MS: u32 = 100;

/// Opens the log's files in this folder of a place, made when they are not there.
///
/// # Errors
/// What the browser failed with; also when another worker has the files open.
pub async fn open(place: &Place, folder: &str) -> Result<Files<OpenFile>, FileError> {
    let root = root(place.root).ok_or_else(|| named("NotSupportedError", place.absent))?;
    let root: Directory = settled(root).await.map_err(|fault| refused(place, fault))?;
    let create = options("create", &JsValue::TRUE);
    let folder: Directory = settled(root.directory(folder, &create)).await?;
    let first = open_file(&folder, NAMES[0]).await?;
    Ok([first, open_file(&folder, NAMES[1]).await?])
}

/// Says what to do where the browser gives no files to a page, which alone is an error of this name.
fn refused(place: &Place, fault: FileError) -> FileError {
    if fault.name != "SecurityError" {
        return fault;
    }
    let text = format!(
        "the browser refuses it ({}), {}",
        fault.message, place.refused
    );
    named("SecurityError", &text)
}

async fn open_file(folder: &Directory, name: &str) -> Result<OpenFile, FileError> {
    let create = options("create", &JsValue::TRUE);
    let file: FileHandle = settled(folder.file(name, &create)).await?;
    let mut attempt = 1;
    loop {
        match settled(file.open()).await {
            Ok(handle) => return Ok(OpenFile(handle)),
            Err(fault) if fault.name != IN_USE => return Err(fault),
            Err(_) if attempt == ATTEMPTS => {
                return Err(named(
                    IN_USE,
                    "another tab or worker of this site has it open, and only one can; close that, or use IndexedDB",
                ));
            }
            Err(_) => {
                attempt += 1;
                TimeoutFuture::new(PAUSE_MS).await;
            }
        }
    }
}

fn settled<T: JsCast>(
    promise: Result<Promise, JsValue>,
) -> impl Future<Output = Result<T, FileError>> {
    let value: LocalBoxFuture<'_, _> = Box::pin(async move { JsFuture::from(promise?).await });
    value.map(|value| value.map(JsCast::unchecked_into).map_err(fault))
}
