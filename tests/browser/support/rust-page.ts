/** The page in Rust, `tests/rust-page`: xtask builds it for test files that import this. */

/** What wasm-bindgen makes of it. */
interface RustPage {
  default(): Promise<unknown>
  visit(workerUrl: string, database: string): Promise<string[]>
}

/** Loads it. */
export async function rustPage(): Promise<RustPage> {
  const url = '/rust-page/rust_page.js'
  const page = (await import(url)) as RustPage
  await page.default()
  return page
}
