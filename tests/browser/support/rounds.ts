/** How long a soak test goes on: `cargo xtask test --rounds N`. */
export const rounds = Number(new URLSearchParams(location.search).get('rounds') ?? 1)
