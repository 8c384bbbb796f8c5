// The page of the folder `vite`, by another Vite.
export default {
  root: '../vite',
  cacheDir: '../vite-7/node_modules/.vite',
  build: { outDir: '../vite-7/dist' },
  optimizeDeps: { exclude: ['pubwiki-lua'] },
}
