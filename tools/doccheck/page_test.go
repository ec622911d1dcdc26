package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckLinks(t *testing.T) {
	cases := map[string]struct {
		reason, page string
		broken       int
	}{
		"Good": {
			"A file, a heading here and one there.",
			"# Top\n[a](b.md) [b](#top) [c](b.md#its-heading) [d](https://example.org)\n", 0,
		},
		"NoFile":    {"The file is not there.", "[a](c.md)\n", 1},
		"NoHeading": {"The heading is not there.", "[a](#bottom) [b](b.md#other)\n", 2},
		"InACodeBox": {
			"A block or a span of code contains no links.", "```go\na[0](nothing)\n```\n`[a](nothing)`\n", 0,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"a.md": tc.page, "b.md": "## Its heading\n"} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			p, err := read(filepath.Join(dir, "a.md"))
			if err != nil {
				t.Fatal(err)
			}
			if errs := p.checkLinks(); len(errs) != tc.broken {
				t.Errorf("%s\ngot %d broken links, want %d: %v", tc.reason, len(errs), tc.broken, errs)
			}
		})
	}
}

func TestRunCommands(t *testing.T) {
	p := &page{
		path: "a.md", blocks: []block{{"sh", "true\n", 1}, {"sh", "false | true\n", 5}, {"console", "$ false\n", 9}},
	}
	errs := p.runCommands()
	if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "a.md:5: ") {
		t.Errorf("want the one command that fails, and nothing that needs a cluster; got %v", errs)
	}
}
