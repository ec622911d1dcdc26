package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A record is the committed score and the results that it was computed from.
type record struct {
	// score in percent.
	score float64
	// survivors are the mutants that no test killed, with their outcomes.
	survivors map[string]string
	// killers are the tests, or direct subtests, that killed the other mutants, by ID.
	killers map[string]string
	// functions have a digest of their mutants' IDs, by package.function. It tells
	// which functions have changed since.
	functions map[string]string
}

const recordHeader = `# The mutation score. make mutants-record writes this file; docs/testing.md
# says how to read it.
`

// write writes a record to a file, with tables for people.
func (r *record) write(path string, used []Mutant, results map[string]Result) error {
	var b bytes.Buffer
	b.WriteString(recordHeader)
	fmt.Fprintf(&b, "\nscore\t%.2f\n\n", r.score)
	var tables bytes.Buffer
	if err := writeTables(&tables, used, results); err != nil {
		return err
	}
	for line := range strings.Lines(tables.String()) {
		b.WriteString(strings.TrimRight("# "+strings.TrimRight(line, " \n"), " ") + "\n")
	}
	for _, id := range slices.Sorted(maps.Keys(r.survivors)) {
		fmt.Fprintf(&b, "%s\t%s\n", r.survivors[id], id)
	}
	b.WriteString("\n")
	for _, id := range slices.Sorted(maps.Keys(r.killers)) {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", killed, id, r.killers[id])
	}
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(r.functions)) {
		fmt.Fprintf(&b, "function\t%s\t%s\n", name, r.functions[name])
	}
	return writeFile(path, b.String())
}

// readRecord reads a file that write wrote. It returns an empty record if there is no file.
func readRecord(path string) (*record, error) {
	r := emptyRecord()
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the recorded score: %w", err)
	}
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, "\t")
		switch {
		case len(parts) == 2 && parts[0] == "score":
			if r.score, err = strconv.ParseFloat(parts[1], 64); err != nil {
				return nil, fmt.Errorf("cannot read line %d of %s: %w", n+1, path, err)
			}
		case len(parts) == 3 && parts[0] == "function":
			r.functions[parts[1]] = parts[2]
		case len(parts) == 3 && parts[0] == killed:
			r.killers[parts[1]] = parts[2]
		case len(parts) == 2:
			r.survivors[parts[1]] = parts[0]
		default:
			return nil, fmt.Errorf("cannot read line %d of %s: %q; run make mutants-record", n+1, path, line)
		}
	}
	return r, nil
}

func emptyRecord() *record {
	return &record{survivors: map[string]string{}, killers: map[string]string{}, functions: map[string]string{}}
}

// units are the tests that killed mutants when the score was recorded and that still
// exist.
func (r *record) units(binaries []*testBinary) []*unit {
	var out []*unit
	for _, name := range slices.Compact(slices.Sorted(maps.Values(r.killers))) {
		for _, b := range binaries {
			test, ok := strings.CutPrefix(name, b.dir+".")
			if !ok {
				continue
			}
			test, sub, isSub := strings.Cut(test, "/")
			u := &unit{binary: b, test: test}
			if isSub {
				u.subs = strings.Split(sub, "|")
			}
			if slices.Contains(b.tests, test) {
				out = append(out, u)
			}
		}
	}
	return out
}

// slain counts how many mutants of a package each test killed when the score was
// recorded.
func (r *record) slain(units []*unit, mutants []Mutant) map[pairing]int {
	out := map[pairing]int{}
	for _, m := range mutants {
		for _, u := range units {
			if killer := r.killers[m.ID]; killer != "" && u.has(killer) {
				out[u.with(m)]++
				break
			}
		}
	}
	return out
}

// newRecord is the record of a run.
func newRecord(used []Mutant, results map[string]Result) *record {
	r := emptyRecord()
	r.functions = digests(used)
	for _, m := range used {
		if o := results[m.ID].Outcome; isKill(o) {
			r.killers[m.ID] = results[m.ID].By
		} else {
			r.survivors[m.ID] = o
		}
	}
	r.score = total(used, results).score()
	return r
}

func total(used []Mutant, results map[string]Result) tally {
	return tallies(used, results, func(Mutant) string { return "" })[""]
}

// digests are those of the functions' mutants.
func digests(used []Mutant) map[string]string {
	ids := map[string][]string{}
	for _, m := range used {
		ids[m.place()] = append(ids[m.place()], m.ID)
	}
	out := map[string]string{}
	for name, list := range ids {
		slices.Sort(list)
		sum := sha256.Sum256([]byte(strings.Join(list, "\n")))
		out[name] = hex.EncodeToString(sum[:])[:digestLength]
	}
	return out
}

// place is the function that a mutant is in.
func (m Mutant) place() string { return m.Package + "." + m.Function }

// readEquivalent reads the mutants that change nothing which a test could see. A
// line is an ID and the reason.
func readEquivalent(path string, all []Mutant) (map[string]bool, error) {
	out := map[string]bool{}
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the equivalent mutants: %w", err)
	}
	exists := map[string]bool{}
	for _, m := range all {
		exists[m.ID] = true
	}
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, reason, _ := strings.Cut(line, " ")
		switch {
		case strings.TrimSpace(reason) == "":
			return nil, fmt.Errorf("cannot accept line %d of %s: it gives no reason for %s", n+1, path, id)
		case !exists[id]:
			return nil, fmt.Errorf("cannot accept line %d of %s: there is no mutant %s; remove the line", n+1, path,
				id)
		}
		out[id] = true
	}
	return out, nil
}
