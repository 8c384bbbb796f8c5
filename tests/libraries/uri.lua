local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local URI = require "uri"
case("parts", function()
  local u = assert(URI:new("ftp://user@Example.COM:8080/a/./b/../c#frag"))
  show(tostring(u), u:scheme(), u:host(), u:port(), u:path(), u:query(), u:fragment(), u:userinfo())
  u:path("/new path") u:host("other") show(tostring(u), u:uri())
  show(tostring(URI:new("../d", "http://x/a/b/c")), URI:new("http://x/a/b"):relativize("http://x/a/"))
end)
case("schemes", function()
  for _, text in ipairs { "ftp://u:p@host/f;type=a", "urn:isbn:0-306-40615-2", "data:text/plain;charset=utf-8,x", "file:///tmp/a", "pop://rg;AUTH=+APOP@h", "rtsp://h/", "telnet://h" } do
    local u, e = URI:new(text)
    show(text, u and tostring(u), u and u._NAME, e)
  end
  show(URI:new("urn:isbn:123")) show(URI:new("x:\1"))
end)
case("a file's path", function() show(URI:new("file:///a%20b/c"):filesystem_path("unix")) end)
