package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A session is one run of the driver.
type session struct {
	config
	log     io.Writer
	program *program
	found   *found
	// used are the mutants that this run tries.
	used   []Mutant
	record *record

	trees    []*tree
	binaries []*testBinary
	quick    bool
}

func newSession(c config, log io.Writer) (*session, error) {
	var err error
	if c.root, err = filepath.Abs(c.root); err != nil {
		return nil, err
	}
	for _, path := range []*string{&c.dir, &c.score, &c.equivalent} {
		if !filepath.IsAbs(*path) {
			*path = filepath.Join(c.root, *path)
		}
	}
	s := &session{config: c, log: log}
	fmt.Fprintln(log, "looking for mutants...")
	if s.program, err = load(c.root, c.program, c.tests); err != nil {
		return nil, err
	}
	if s.found, err = s.program.find(); err != nil {
		return nil, err
	}
	equivalent, err := readEquivalent(c.equivalent, s.found.mutants)
	if err != nil {
		return nil, err
	}
	if s.record, err = readRecord(c.score); err != nil {
		return nil, err
	}
	for _, m := range s.found.mutants {
		if !equivalent[m.ID] && s.uses(m) {
			s.used = append(s.used, m)
		}
	}
	fmt.Fprintf(log, "%d mutants, of which %d are used; %d are equivalent\n",
		len(s.found.mutants), len(s.used), len(equivalent))
	return s, nil
}

func (s *session) uses(m Mutant) bool {
	if s.match != nil {
		return s.match.MatchString(m.ID)
	}
	return draw(m.ID, 0)%100 < uint64(s.share)
}

// draw is a number that an ID and a seed decide.
func draw(id string, seed uint64) uint64 {
	sum := sha256.Sum256([]byte(strconv.FormatUint(seed, 10) + " " + id))
	return binary.BigEndian.Uint64(sum[:])
}

// show writes a mutant as a diff.
func (s *session) show(out io.Writer) error {
	for _, m := range s.found.mutants {
		if m.ID != s.config.show {
			continue
		}
		source, err := os.ReadFile(filepath.Join(s.root, m.File))
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(out, m.diff(string(source)))
		return err
	}
	return fmt.Errorf("cannot show %s: there is no such mutant", s.config.show)
}

// list writes the survivors that are known.
func (s *session) list(out io.Writer) error {
	j, err := s.journal()
	if err != nil {
		return err
	}
	defer j.close()
	if len(j.done) == 0 {
		return fmt.Errorf("cannot list survivors: nothing has been run over this code; run make mutants")
	}
	writeSurvivors(out, s.used, j.done)
	return nil
}

// journal opens the results of this code and these tests.
func (s *session) journal() (*journal, error) {
	digest, err := s.digest()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.dir, 0o750); err != nil {
		return nil, err
	}
	return openJournal(filepath.Join(s.dir, fmt.Sprintf("results-%s-%v-%v.jsonl", digest, s.budget, s.goldens)))
}

// digest changes with the code, the tests, and what they read.
func (s *session) digest() (string, error) {
	code, err := digestOf(s.root)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, code, s.flags, s.update, s.forget, switchesSource, serverSource)
	for _, path := range slices.Sorted(maps.Keys(s.found.files)) {
		fmt.Fprintln(h, relative(s.root, path), s.found.files[path])
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// hunt runs the tests against mutants, except those with a result in the journal. It
// first runs the tests that killed mutants when the score was recorded, because
// measuring all tests takes minutes. It then runs all tests against the mutants that
// survive, unless the hunt is quick.
func (s *session) hunt(ctx context.Context, mutants []Mutant, j *journal) error {
	todo := unknownTo(j, mutants)
	if len(todo) == 0 {
		return nil
	}
	if err := s.prepare(ctx, todo); err != nil {
		return err
	}
	killers := s.record.units(s.binaries)
	if len(killers) > 0 && !s.goldens {
		fmt.Fprintf(s.log, "%d tests that killed mutants when the score was recorded...\n", len(killers))
		h := s.hunter(killers)
		if err := s.race(ctx, h, s.notSurvivors(todo), func(r Result) error {
			if !isKill(r.Outcome) && !s.quick {
				return nil
			}
			return j.add(r)
		}); err != nil {
			return err
		}
		todo = unknownTo(j, todo)
	}
	if len(todo) == 0 {
		return nil
	}
	v, err := s.survey(ctx)
	if err != nil {
		return err
	}
	h := s.hunter(v.units)
	h.once = v.once
	return s.race(ctx, h, todo, j.add)
}

// notSurvivors leaves out the mutants that survived when the score was recorded: the
// recorded tests are unlikely to kill them.
func (s *session) notSurvivors(mutants []Mutant) []Mutant {
	var out []Mutant
	for _, m := range mutants {
		if s.record.survivors[m.ID] == "" {
			out = append(out, m)
		}
	}
	return out
}

func unknownTo(j *journal, mutants []Mutant) []Mutant {
	var out []Mutant
	for _, m := range mutants {
		if _, ok := j.done[m.ID]; !ok {
			out = append(out, m)
		}
	}
	return out
}

func (s *session) hunter(units []*unit) *hunter {
	return &hunter{
		units: units, once: map[string]map[int]bool{}, killers: s.record.killers, goldens: s.goldens,
		budget: s.budget, grace: s.grace, met: map[pairing]int{}, slain: s.record.slain(units, s.found.mutants),
	}
}

// race hunts mutants. Each copy of the module tries one mutant at a time.
func (s *session) race(ctx context.Context, h *hunter, mutants []Mutant, do func(Result) error) error {
	// Mutants of one package are adjacent, because each lane keeps one package's process.
	slices.SortFunc(mutants, func(a, b Mutant) int {
		return cmp.Or(strings.Compare(a.Package, b.Package), cmp.Compare(draw(a.ID, 0), draw(b.ID, 0)))
	})
	lanes := make([]*lane, len(s.trees))
	for i, t := range s.trees {
		lanes[i] = &lane{hunter: h, tree: t, workers: map[*testBinary]*worker{}}
		defer lanes[i].close()
	}
	p := newProgress(s.log, len(mutants))
	errs := make(chan error, len(mutants))
	inParallel(ctx, mutants, lanes, func(m Mutant, l *lane) {
		r := l.hunt(ctx, m)
		switch {
		case ctx.Err() != nil:
		case r.err != nil:
			errs <- r.err
		default:
			errs <- do(r)
			p.add(r)
		}
	})
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// prepare builds the tests that mutants meet.
func (s *session) prepare(ctx context.Context, mutants []Mutant) error {
	dirs := map[string]bool{}
	for _, m := range mutants {
		dirs[m.Package] = true
	}
	pkgs := s.program.chosen(dirs)
	if len(pkgs) == 0 {
		return errors.New("cannot run tests: neither the program nor a package with mutants has any")
	}
	if err := s.build(ctx, pkgs); err != nil {
		return err
	}
	if s.trees == nil {
		for i := range s.jobs {
			t, err := newTree(s.root, filepath.Join(s.dir, "tree-"+strconv.Itoa(i)))
			if err != nil {
				return err
			}
			s.trees = append(s.trees, t)
		}
	}
	var err error
	s.binaries, err = s.program.binaries(ctx, s.config, pkgs)
	return err
}

// build builds the tests, unless the last build was of the same code. Go would link
// them again.
func (s *session) build(ctx context.Context, pkgs []string) error {
	digest, err := s.digest()
	if err != nil {
		return err
	}
	stamp, is := filepath.Join(s.dir, "built"), digest+" "+strings.Join(pkgs, " ")
	if was, err := os.ReadFile(stamp); err == nil && string(was) == is {
		return nil
	}
	fmt.Fprintf(s.log, "building the tests of %d packages with the mutants...\n", len(pkgs))
	if err := s.program.build(ctx, s.dir, pkgs, s.forget, s.found); err != nil {
		return err
	}
	return writeFile(stamp, is)
}

// survey measures the tests, or loads the measurements of the last run over this code.
func (s *session) survey(ctx context.Context) (*survey, error) {
	v := &survey{goldens: s.program.goldens(s.update), log: s.log}
	v.leaveOut = func(t testName) bool {
		return v.goldens[t] && !s.goldens || s.skip != nil && s.skip.MatchString(t.dir+"."+t.test)
	}
	digest, err := s.digest()
	if err != nil {
		return nil, err
	}
	v.path = filepath.Join(s.dir, "survey-"+digest+".jsonl")
	fmt.Fprintln(s.log, "measuring the tests, and which mutants each of them reaches...")
	if err := v.take(ctx, s.binaries, s.trees); err != nil {
		return nil, err
	}
	s.tell(v)
	return v, nil
}

// tell says what is known of the tests.
func (s *session) tell(v *survey) {
	var goldens []string
	for g := range v.goldens {
		goldens = append(goldens, g.dir+"."+g.test)
	}
	slices.Sort(goldens)
	slices.Sort(v.slow)
	fmt.Fprintf(s.log, "%d tests and subtests; the longest: %s\n", len(v.units), slowest(v.units, 5))
	fmt.Fprintf(s.log, "-%s changes what these compare with, so what they find does not count: %s\n",
		s.update, strings.Join(goldens, ", "))
	if len(v.slow) > 0 {
		fmt.Fprintf(s.log, "not used, since they take more than %v: %s\n", slowCost, strings.Join(v.slow, ", "))
	}
}
