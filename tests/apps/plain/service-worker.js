// Keeps all that the first visit fetches, for the second, which gets nothing else.

const BEFORE = ['/offline.html', '/offline.js', '/report.js', '/package/index.js']

addEventListener('install', event => event.waitUntil(prepare()))
addEventListener('activate', event => event.waitUntil(clients.claim()))
addEventListener('fetch', event => {
  // Reports go through.
  if (event.request.method === 'GET') event.respondWith(answer(event.request))
})

async function prepare() {
  await (await caches.open('app')).addAll(BEFORE)
  await skipWaiting()
}

async function answer(request) {
  const cache = await caches.open('app')
  const kept = await cache.match(request)
  if (kept) return kept
  if (await cache.match('/offline')) return Response.error()
  const response = await fetch(request)
  await cache.put(request, response.clone())
  return response
}
