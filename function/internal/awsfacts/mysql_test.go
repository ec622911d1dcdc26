package awsfacts

import (
	"slices"
	"testing"
)

func TestReservedInMySQL(t *testing.T) {
	if !slices.IsSorted(mysqlWords) {
		t.Error("the words are not sorted, so some are not found")
	}
	cases := map[string]struct {
		reason string
		word   string
		want   bool
	}{
		"Reserved":  {"A statement begins with it.", "select", true},
		"UpperCase": {"Case does not matter.", "Groups", true},
		"New":       {"MySQL 8.4 reserves more words than 8.0.", "qualify", true},
		"Keyword":   {"A keyword that is not reserved is a good name.", "account", false},
		"Part":      {"A name may contain a word.", "selection", false},
		"Name":      {"The default is not reserved.", "kasha", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := ReservedInMySQL(tc.word); got != tc.want {
				t.Errorf("%s ReservedInMySQL(%q) = %v", tc.reason, tc.word, got)
			}
		})
	}
}

// TestOlder: versions are compared part by part, as numbers, and a part that is missing is 0.
func TestOlder(t *testing.T) {
	cases := map[string]struct {
		reason, a, b string
		want         bool
	}{
		"Minor":   {"The last part is smaller.", "8.4.3", "8.4.6", true},
		"Later":   {"The last part is larger.", "8.4.6", "8.4.3", false},
		"Same":    {"A version is not older than itself.", "8.4.6", "8.4.6", false},
		"Numbers": {"9 comes before 10.", "8.4.9", "8.4.10", true},
		"Shorter": {"8.4 is 8.4.0.", "8.4", "8.4.1", true},
		"Longer":  {"8.4.1 is later than 8.4.", "8.4.1", "8.4", false},
		"Zero":    {"8.4 and 8.4.0 are the same.", "8.4", "8.4.0", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Older(tc.a, tc.b); got != tc.want {
				t.Errorf("%s Older(%q, %q) = %v", tc.reason, tc.a, tc.b, got)
			}
		})
	}
}
