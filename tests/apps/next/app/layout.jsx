export const metadata = { title: 'A page of Next\'s' }

export default function Layout({ children }) {
  return (
    <html>
      <body>{children}</body>
    </html>
  )
}
