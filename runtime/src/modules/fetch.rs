//! Fetching: a module's bytes, as the policy allows, in time and not too many of them.

use super::Module;
use super::mediawiki;
use super::policy::Policy;
use super::spec::{Location, WikiPage, failure};
use crate::platform::{FetchError, FetchRequest, Fetched, Platform};
use crate::protocol::limits::{FETCH_MS, MODULE_BYTES, MODULE_SPEC_BYTES};
use crate::protocol::{Error, ErrorKind, ModuleQuestion};
use crate::text;
use futures::future::{Either, select};
use std::rc::Rc;

/// The largest answer of a wiki, in bytes: JSON escapes what it holds.
const ANSWER_BYTES: usize = 2 * MODULE_BYTES;
/// The longest URL that a redirect may lead to, in bytes: the page is asked about it.
const URL_BYTES: usize = 8192;

/// Fetches for one `require`.
pub(super) struct Fetcher {
    pub(super) platform: Rc<dyn Platform>,
    pub(super) policy: Rc<dyn Policy>,
    pub(super) spec: String,
}

impl Fetcher {
    /// The module at `place`. Where a redirect has led is its name, as in a browser: relative names in it are
    /// relative to that.
    ///
    /// # Errors
    /// [`crate::protocol::ErrorKind::Module`] that says why there is none.
    pub(super) async fn module(&self, place: Location) -> Result<Module, Error> {
        let (source, redirected_to) = match place {
            Location::File(name) => {
                return Err(self.fail(format_args!("no file module '{name}' is registered")));
            }
            Location::Web(url) => {
                let mut fetched = self.get(&url, MODULE_BYTES).await?;
                let redirected_to = fetched.redirected_to.take();
                (self.body(&url, fetched)?, redirected_to)
            }
            Location::Wiki(page) => (self.wiki(&page).await?, None),
        };
        let name = redirected_to.filter(|url| url.len() <= MODULE_SPEC_BYTES);
        Ok(Module {
            name: name.unwrap_or_else(|| self.spec.clone()),
            source,
        })
    }

    async fn wiki(&self, page: &WikiPage) -> Result<Vec<u8>, Error> {
        let query = mediawiki::query(&page.title);
        let api = |path: &str| format!("https://{}{path}/api.php?{query}", page.host);
        let found = match &page.path {
            Some(path) => self.ask_wiki(&api(path)).await,
            // Where it lies in most wikis, and in Wikimedia's.
            None => match self.ask_wiki(&api("")).await {
                Err(Unanswered(first)) => {
                    let second = self.ask_wiki(&api("/w")).await;
                    second.map_err(|Unanswered(second)| {
                        let message = format_args!("{first}; {second}");
                        Unanswered(Error::new(ErrorKind::Module, message))
                    })
                }
                answered => answered,
            },
        };
        let source = match found {
            Ok(answer) => answer.map_err(|why| self.fail(why))?,
            Err(Unanswered(error)) => return Err(error),
        };
        if source.len() > MODULE_BYTES {
            return Err(self.too_large(MODULE_BYTES));
        }
        Ok(source.into_bytes())
    }

    /// What the API says of the page; the outer error when there is no API.
    async fn ask_wiki(&self, url: &str) -> Result<Result<String, String>, Unanswered> {
        let fetched = self.get(url, ANSWER_BYTES).await.map_err(Unanswered)?;
        let body = self.body(url, fetched).map_err(Unanswered)?;
        mediawiki::read(&body).ok_or_else(|| {
            Unanswered(self.fail(format_args!(
                "{url} does not answer as MediaWiki's API does"
            )))
        })
    }

    /// One GET, asked about before and after.
    async fn get(&self, url: &str, limit_bytes: usize) -> Result<Fetched, Error> {
        let ask = |url: &str, redirected_from: Option<&str>| {
            self.policy.ask(ModuleQuestion {
                spec: self.spec.clone(),
                url: url.to_owned(),
                redirected_from: redirected_from.map(str::to_owned),
            })
        };
        let verdict = ask(url, None).await.map_err(|cause| self.fail(cause))?;
        if !verdict.allow {
            return Err(self.fail(format_args!(
                "the page's module policy does not allow {url}"
            )));
        }
        let insecure = url
            .strip_prefix("https://")
            .filter(|_| verdict.http && self.spec.starts_with("mediawiki://"))
            .map(|rest| format!("http://{rest}"));
        let url = insecure.as_deref().unwrap_or(url);
        let fetched = self.platform.fetch(FetchRequest {
            url: url.to_owned(),
            follow_redirects: verdict.redirects,
            limit_bytes,
        });
        let fetched = match select(fetched, self.platform.sleep(FETCH_MS)).await {
            Either::Left((Ok(fetched), _)) => fetched,
            Either::Left((Err(FetchError::TooLarge), _)) => return Err(self.too_large(limit_bytes)),
            Either::Left((Err(FetchError::Failed(why)), _)) => {
                let hint = if verdict.redirects {
                    ""
                } else {
                    " (the page's module policy allows no redirects)"
                };
                return Err(self.fail(format_args!("{url} cannot be fetched: {why}{hint}")));
            }
            Either::Right(_) => {
                return Err(self.fail(format_args!("{url} gave no answer within {FETCH_MS} ms")));
            }
        };
        if let Some(to) = &fetched.redirected_to {
            if to.len() > URL_BYTES {
                let to = text::name(to);
                return Err(self.fail(format_args!("{url} leads to {to}, which is too long")));
            }
            let verdict = ask(to, Some(url)).await.map_err(|cause| self.fail(cause))?;
            if !verdict.allow {
                return Err(self.fail(format_args!(
                    "{url} leads to {to}, which the page's module policy does not allow"
                )));
            }
        }
        Ok(fetched)
    }

    fn body(&self, url: &str, fetched: Fetched) -> Result<Vec<u8>, Error> {
        if (200..300).contains(&fetched.status) {
            Ok(fetched.body)
        } else {
            Err(self.fail(format_args!("{url} answers with status {}", fetched.status)))
        }
    }

    fn fail(&self, why: impl std::fmt::Display) -> Error {
        failure(&self.spec, why)
    }

    fn too_large(&self, limit: usize) -> Error {
        self.fail(format_args!("it is larger than {limit} bytes"))
    }
}

/// There was no answer of an API.
struct Unanswered(Error);
