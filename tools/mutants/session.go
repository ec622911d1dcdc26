package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
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
	// used are the mutants of this run.
	used   []Mutant
	record *record

	trees []*tree
	units []*unit
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
	return openJournal(filepath.Join(s.dir, fmt.Sprintf("results-%s-%v.jsonl", digest, s.budget)))
}

// digest changes with the code, the tests, and what they read.
func (s *session) digest() (string, error) {
	code, err := digestOf(s.root)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, code, s.flags, s.update)
	for _, path := range slices.Sorted(maps.Keys(s.found.files)) {
		fmt.Fprintln(h, relative(s.root, path), s.found.files[path])
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// prepare builds the tests and measures them.
func (s *session) prepare(ctx context.Context) error {
	fmt.Fprintln(s.log, "building the tests with the mutants...")
	if err := s.program.build(ctx, s.dir, s.tests, s.found); err != nil {
		return err
	}
	for i := range runtime.GOMAXPROCS(0) {
		t, err := newTree(s.root, filepath.Join(s.dir, "tree-"+strconv.Itoa(i)))
		if err != nil {
			return err
		}
		s.trees = append(s.trees, t)
	}
	binaries, err := s.program.binaries(ctx, s.config, s.trees[0])
	if err != nil {
		return err
	}
	v := &survey{goldens: s.program.goldens(s.update), dir: s.dir}
	digest, err := s.digest()
	if err != nil {
		return err
	}
	kept := filepath.Join(s.dir, "survey-"+digest+".json")
	if !v.read(kept, binaries) {
		fmt.Fprintln(s.log, "measuring the tests, and which mutants each of them reaches...")
		if err := v.take(ctx, binaries, s.trees); err != nil {
			return err
		}
		if err := v.write(kept); err != nil {
			return err
		}
	}
	s.units = v.units
	s.tell(v)
	return nil
}

// tell says what is known of the tests.
func (s *session) tell(v *survey) {
	var goldens []string
	for g := range v.goldens {
		goldens = append(goldens, g.dir+"."+g.test)
	}
	slices.Sort(goldens)
	slices.Sort(v.slow)
	fmt.Fprintf(s.log, "%d tests and subtests; the longest: %s\n", len(s.units), slowest(s.units, 5))
	fmt.Fprintf(s.log, "-%s changes what these compare with, so what they alone find does not count: %s\n",
		s.update, strings.Join(goldens, ", "))
	if len(v.slow) > 0 {
		fmt.Fprintf(s.log, "not used, since they take more than %v: %s\n", slowCost, strings.Join(v.slow, ", "))
	}
}

// hunt runs the tests against mutants. Those that the journal knows are not run
// again.
func (s *session) hunt(ctx context.Context, mutants []Mutant, j *journal) error {
	var todo []Mutant
	for _, m := range mutants {
		if _, ok := j.done[m.ID]; !ok {
			todo = append(todo, m)
		}
	}
	if len(todo) == 0 {
		return nil
	}
	if s.units == nil {
		if err := s.prepare(ctx); err != nil {
			return err
		}
	}
	slices.SortFunc(todo, func(a, b Mutant) int { return cmp.Compare(draw(a.ID, 0), draw(b.ID, 0)) })
	h := &hunter{units: s.units, update: s.update, budget: s.budget, grace: s.grace}
	p := newProgress(s.log, len(todo))
	errs := make(chan error, len(todo))
	inParallel(ctx, todo, s.trees, func(m Mutant, t *tree) {
		r := h.hunt(ctx, m, t)
		switch {
		case ctx.Err() != nil:
		case r.err != nil:
			errs <- r.err
		default:
			errs <- j.add(r)
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
