package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// full runs all mutants that are used, and compares the score with the record.
func (s *session) full(ctx context.Context, out io.Writer) error {
	j, err := s.journal()
	if err != nil {
		return err
	}
	defer j.close()
	if err := s.hunt(ctx, s.used, j); err != nil {
		return err
	}
	if err := writeTables(out, s.used, j.done); err != nil {
		return err
	}
	if s.match != nil {
		writeSurvivors(out, s.used, j.done)
		return nil
	}
	score := total(s.used, j.done).score()
	fmt.Fprintf(out, "The tests kill %.2f %% of the mutants; the record says %.2f %%.\n", score, s.record.score)
	fresh := s.unknown(s.used, j.done)
	if len(fresh) > 0 {
		fmt.Fprintf(out, "%d survivors are not in the record:\n", len(fresh))
		writeSurvivors(out, fresh, j.done)
	}
	if lower(score, s.record.score) && !(s.config.record && s.lower) {
		return fmt.Errorf("cannot accept the score: it is %.2f %%, and the record says %.2f %%; "+
			"write tests that fail with the survivors above", score, s.record.score)
	}
	if s.config.record {
		return newRecord(s.used, j.done).write(s.score, s.used, j.done)
	}
	return nil
}

// lower compares two scores, rounded as in the record.
func lower(score, recorded float64) bool { return score < recorded-0.005 }

// unknown returns the survivors that are not in the record.
func (s *session) unknown(mutants []Mutant, results map[string]Result) []Mutant {
	var out []Mutant
	for _, m := range mutants {
		if r, ok := results[m.ID]; ok && !isKill(r.Outcome) && s.record.survivors[m.ID] == "" {
			out = append(out, m)
		}
	}
	return out
}

// sample runs mutants that the record says are killed, and some of functions that
// have changed since. It fails when one of the former survives, or when the score
// of all is lower than the recorded one.
func (s *session) sample(ctx context.Context, out io.Writer) error {
	if len(s.record.functions) == 0 {
		return errors.New("cannot run a sample: no score is recorded; run make mutants-record")
	}
	chosen, changed := choose(s.used, s.record, s.sampleSize, s.seed)
	fmt.Fprintf(s.log,
		"a sample of %d mutants, %d of them in functions that have changed since the score was recorded\n",
		len(chosen), changed)
	j := &journal{done: map[string]Result{}}
	s.quick = true
	if err := s.hunt(ctx, chosen, j); err != nil {
		return err
	}
	if s.judge(chosen[changed:], chosen, j.done) != nil {
		s.quick = false
		for _, m := range s.unknown(chosen, j.done) {
			delete(j.done, m.ID)
		}
		if err := s.hunt(ctx, chosen, j); err != nil {
			return err
		}
	}
	if err := writeTables(out, chosen, j.done); err != nil {
		return err
	}
	writeSurvivors(out, s.unknown(chosen, j.done), j.done)
	return s.judge(chosen[changed:], chosen, j.done)
}

// judge returns an error if a sample is too low. Recorded are the sample's mutants in
// functions that have not changed.
func (s *session) judge(recorded, all []Mutant, results map[string]Result) error {
	if lost := s.unknown(recorded, results); len(lost) > 0 {
		return fmt.Errorf("cannot accept the tests: %d mutants survive which the record says are killed, first %s; "+
			"write a test that fails with each, or see docs/testing.md", len(lost), lost[0].ID)
	}
	if score := total(all, results).score(); lower(score, s.record.score) {
		return fmt.Errorf("cannot accept the tests: they kill %.2f %% of the sample, and the record says %.2f %%; "+
			"write tests that fail with its survivors, or see docs/testing.md", score, s.record.score)
	}
	return nil
}

// choose draws a sample of the mutants that the record does not call survivors.
// Up to a half of it are in functions that have changed since the record. The
// same code, record and seed give the same sample, and other code one that
// differs little.
func choose(used []Mutant, r *record, size int, seed uint64) (chosen []Mutant, changed int) {
	now := digests(used)
	var same, other []Mutant
	for _, m := range used {
		switch {
		case r.survivors[m.ID] != "":
		case r.functions[m.place()] == now[m.place()]:
			same = append(same, m)
		default:
			other = append(other, m)
		}
	}
	order := func(a, b Mutant) int {
		return cmp.Or(cmp.Compare(draw(a.ID, seed), draw(b.ID, seed)), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(same, order)
	slices.SortFunc(other, order)
	changed = min(len(other), max(size/2, size-len(same)))
	return append(other[:changed:changed], same[:min(len(same), size-changed)]...), changed
}
