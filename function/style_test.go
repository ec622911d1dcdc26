package function

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	columns  = 120 // Lines end before this column.
	tabStop  = 4   // What a tab counts for.
	thisFile = "style_test.go"
)

// TestLinesEndBeforeColumn120: what people write in this repository fits into two windows side by side.
func TestLinesEndBeforeColumn120(t *testing.T) {
	for path, text := range written(t) {
		for i, line := range strings.Split(text, "\n") {
			if w := width(line); w >= columns && !unbreakable(path, line) {
				t.Errorf("%s:%d: the line ends at column %d; break it before column %d", path, i+1, w, columns)
			}
		}
	}
}

// TestPlainEnglish: comments, messages and pages say what happens in words that need no second reading.
func TestPlainEnglish(t *testing.T) {
	for path, text := range written(t) {
		if filepath.Base(path) == thisFile {
			continue // It names what it forbids.
		}
		for _, r := range riddles {
			if !strings.Contains(text, r.word) {
				continue
			}
			for _, at := range r.pattern.FindAllStringIndex(text, -1) {
				line := 1 + strings.Count(text[:at[0]], "\n")
				t.Errorf("%s:%d: cannot accept %q: %s; write %s", path, line, text[at[0]:at[1]], r.why, r.write)
			}
		}
	}
}

// A riddle is a turn of phrase that a reader has to solve.
type riddle struct {
	word       string // Every match has it; most files do not, and are not searched.
	pattern    *regexp.Regexp
	why, write string
}

// phrase matches words in a sentence, also where the line breaks between them: in a comment, in a paragraph, or
// in a string that is put together of two.
func phrase(words string) *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.ReplaceAll(words, " ", `[\s/#"+]+`) + `)\b`)
}

var riddles = []riddle{
	{"good", phrase(`for good`), "it means permanently, finally or a good purpose", "permanently, or immutable"},
	{"ever", phrase(`for ever`), "it hides what happens", "what happens: retries, never ends, permanently"},
	{"word", phrase(`without a word`), "it hides what is missing",
		"silently, or without an event, condition or log line"},
	{
		"o", phrase(`(?:[Ll]ost|[Gg]one) (?:is|are) (?:the|its|their)`),
		"the subject comes last", "subject, verb, object: its messages are lost",
	},
	{"way", phrase(`by the way`), "it is small talk", "as a side effect"},
	{"told", phrase(`(?:is|are|be|been|was) (?:not )?told of`), "nobody speaks", "reported, or receives"},
	{"hoever", phrase(`[Ww]hoever`), "nobody is meant", "the subject: a user, a client, an author, the provider"},
	{"told", phrase(`[Ww]ho [a-z]+ [^.?"]{0,60} is told`), "nobody is meant", "the subject, and what it receives"},
	{"nows", phrase(`[Nn]obody (?:here )?knows`), "a program knows nothing", "what cannot be seen, and by what"},
	{"it", phrase(`goes with it|and it with it`), "the pronouns have two meanings", "what is deleted, and when"},
	{"nothing", phrase(`says nothing`), "a metric does not speak", "is not set, is missing, or has no value"},
	{"taken", phrase(`taken for (?:well|good|free)`), "it hides who decides", "what the rule counts it as"},
	{"go", phrase(`lets? go of`), "it hides what happens in AWS", "orphans, releases or deletes"},
	{"back", phrase(`behind \w+(?:'s)? back`), "it is a figure of speech", "outside of, or unseen by"},
	{"hears", phrase(`(?:who|that) hears? (?:it|of it|of them)`), "nobody listens", "is notified, or subscribes to"},
	{"sane", phrase(`none, sane`), "it is not a sentence", "sensible defaults"},
	{"replica", regexp.MustCompile(`its replica another[.,;]`), "the noun is missing", "the noun, again"},
	{"e", phrase(`thereby|whereupon|therein|lest|hence`), "it is archaic", "so, then, in it, or a new sentence"},
	{"Waits", regexp.MustCompile(`"Waits for `), "a condition says what is going on", "Waiting for"},
}

// TestRiddlesAreFound: the list finds what reviews of this code have complained about, and leaves plain words alone.
func TestRiddlesAreFound(t *testing.T) {
	found := func(text string) bool {
		return slices.ContainsFunc(riddles, func(r riddle) bool { return r.pattern.MatchString(text) })
	}
	for _, text := range []string{
		"where everything runs; for good",
		"It is tried again for\n// ever.",
		"lost is the messages in it",
		"must not shrink without a word",
		"// refuses to lose a zone by\n\t// the way",
		"\"Zones that nobody has chosen are told \" +\n\t\"of by themselves.\"",
		"Who changes the password behind AWS's back is told nothing.",
		"With the next pass the object goes, and it with it.",
		"A database that says nothing is not taken for well.",
		"What rings, and who hears it",
		"none, sane",
		"The database takes 15 minutes, its replica another.",
		`Message: "Waits for Instance shop-db"`,
	} {
		if !found(text) {
			t.Errorf("no riddle is found in %q", text)
		}
	}
	for _, text := range []string{
		"Waiting for Instance shop-db-primary.", "for goodness", "Missing database metrics do not clear an alarm.",
		"Its messages will be lost.", "Crossplane keeps retrying.", "A record for everything.",
	} {
		if found(text) {
			t.Errorf("a riddle is found in %q", text)
		}
	}
}

// TestUnbreakableLines: only what cannot be broken may be long.
func TestUnbreakableLines(t *testing.T) {
	long := strings.Repeat("x", columns)
	for name, tc := range map[string]struct {
		path, line string
		want       bool
	}{
		"URL":         {"a.go", "\t// https://example.org/" + long, true},
		"Link":        {"a.md", "  ([AWS](https://example.org/" + long + ")):", true},
		"URLInText":   {"a.go", "// See https://example.org/" + long, false},
		"Table":       {"a.md", "| a | " + long + " |", true},
		"TableInGo":   {"a.go", "// | a | " + long + " |", false},
		"Marker":      {"a.go", "\t// +kubebuilder:validation:XValidation:rule=\"" + long + "\"", true},
		"Prose":       {"a.md", long + " " + long, false},
		"Word":        {"a.md", long, false},
		"CodeInAPage": {"a.md", "    $ aws " + long, false},
	} {
		if got := unbreakable(tc.path, tc.line); got != tc.want {
			t.Errorf("%s: unbreakable is %t", name, got)
		}
	}
}

var aLink = regexp.MustCompile(`^\s*(?://|#|\*|-|>)?\s*\S*https?://\S*$`)

// unbreakable says whether a line may be long: a link that stands alone, a row of a table in Markdown, or a marker
// of the API, which controller-tools reads from one line.
func unbreakable(path, line string) bool {
	switch {
	case aLink.MatchString(line):
		return true
	case strings.HasSuffix(path, ".md"):
		return strings.HasPrefix(strings.TrimSpace(line), "|")
	case strings.HasSuffix(path, ".go"):
		return strings.HasPrefix(strings.TrimSpace(line), "// +kubebuilder:")
	}
	return false
}

func width(line string) int {
	return utf8.RuneCountInString(line) + (tabStop-1)*strings.Count(line, "\t")
}

// isWritten are the files that people write. Data is not among them: JSON, sums, pictures and what is below testdata.
var isWritten = regexp.MustCompile(
	`(?:\.(?:go|md|ya?ml|mk|sh|py|js|mjs|jsx|rb|php|java|dot)|/Makefile|/Dockerfile|/\.ci/run|/clients/run)$`)

var isGenerated = regexp.MustCompile(`^\W*(?:Code g|G)enerated by .* [Dd][Oo] [Nn][Oo][Tt] [Ee][Dd][Ii][Tt]`)

// written are the texts of the repository that people write, by path.
func written(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{".git", "_output", "node_modules", "testdata", "__pycache__"}, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !isWritten.MatchString(filepath.ToSlash(path)) {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil && !isGenerated.Match(b) {
			out[strings.TrimPrefix(filepath.ToSlash(path), "../")] = string(b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"Makefile", ".ci/run", "README.md", "test/e2e/e2e.mk", "function/fn.go"} {
		if out[path] == "" {
			t.Fatalf("%s is not among the files that are read", path)
		}
	}
	return out
}
