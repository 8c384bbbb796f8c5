// The page of the folder `vite`, by another Vite.
export default {
  root: '../vite',
  cacheDir: '../vite-6/node_modules/.vite',
  build: { outDir: '../vite-6/dist' },
  optimizeDeps: { exclude: ['pubwiki-lua'] },
}
