package guard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A ledger is what a claim has been accepted with. It is written on composed objects, which
// authors cannot write, in every pass that is not refused. Values are plain: an image's tag
// can be ground to any digest.
type ledger struct {
	// By is the guardrail that accepted it.
	By string `json:"by,omitempty"`
	// Generation of the claim. While it is the same, the claim's author has changed
	// nothing: only a guardrail, or Kasha's presets or prices.
	Generation int64 `json:"generation,omitempty"`
	// Kept is what it has although the guardrail would refuse it.
	Kept []string `json:"kept,omitempty"`
	// Values are the texts that the claim has, by rule.
	Values map[string][]string `json:"values,omitempty"`
	// Sizes are those of its fields, by rule and field.
	Sizes map[string]map[string]int64 `json:"sizes,omitempty"`
}

// readLedger reads the ledger from the annotations of a claim's objects. They differ after a
// pass that was interrupted: what either of them has, the claim has.
func readLedger(records []string) (ledger, error) {
	out := ledger{Values: map[string][]string{}, Sizes: map[string]map[string]int64{}}
	for _, r := range records {
		var l ledger
		if err := json.Unmarshal([]byte(r), &l); err != nil {
			return out, fmt.Errorf("cannot read what the claim has been accepted with: %w; "+
				"ask the platform team to correct the annotation platform.kasha.io/accepted of its objects", err)
		}
		out.merge(l)
	}
	return out, nil
}

func (l *ledger) merge(other ledger) {
	if l.By == "" {
		l.By = other.By
	}
	if l.Kept == nil {
		l.Kept = other.Kept
	}
	l.Generation = max(l.Generation, other.Generation)
	for rule, texts := range other.Values {
		for _, t := range texts {
			l.add(rule, Value{Text: t})
		}
	}
	for rule, fields := range other.Sizes {
		for field, n := range fields {
			if was, ok := l.Sizes[rule][field]; !ok || further(rule, n, was) {
				l.add(rule, Value{Field: field, Size: n})
			}
		}
	}
}

func (l *ledger) add(rule string, v Value) {
	if v.Text == "" {
		if l.Sizes[rule] == nil {
			l.Sizes[rule] = map[string]int64{}
		}
		l.Sizes[rule][v.Field] = v.Size
		return
	}
	texts := append(l.Values[rule], v.Text)
	slices.Sort(texts)
	l.Values[rule] = slices.Compact(texts)
}

// has tells whether the claim was accepted with this value, or with one that exceeds the
// bound more.
func (l *ledger) has(rule string, v Value) bool {
	if v.Text != "" {
		return slices.Contains(l.Values[rule], v.Text)
	}
	was, ok := l.Sizes[rule][v.Field]
	return ok && !further(rule, v.Size, was)
}

// further tells whether one size exceeds a rule's bound more than another. For required
// minima a smaller size does, otherwise a larger one.
func further(rule string, n, than int64) bool {
	if strings.HasPrefix(rule, "require.") {
		return n < than
	}
	return n > than
}

func (l *ledger) String() string {
	b, err := json.Marshal(l)
	if err != nil { // It has only strings and numbers.
		panic(err)
	}
	return string(b)
}
