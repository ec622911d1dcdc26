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
