local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
require "markdown"
case("document", function()
  print(markdown([[
# Title #

A *paragraph* with **bold**, `code <b>`, a [link](http://example.com "t"), ![img](a.png) and <me@example.com>.

* one
* two
    * nested

1. first
2. second

> a quote
> with *two* lines

    code block <a> & b

Setext
------

<div>raw</div>

[ref]: http://example.org/ "Title"
See [this][ref] & that AT&T 4 < 5.  
Hard break\* \_x\_

***
]]))
end)
