export default {
  entry: './main.js',
  output: { path: import.meta.dirname + '/public' },
  devServer: { host: '127.0.0.1' },
}
