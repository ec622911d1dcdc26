package rules

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// A History is what a claim went through from nothing to rest.
type History struct {
	runner simulator.Runner
	rest   *simulator.World
	// after are the worlds after each pass.
	after []*simulator.World
	// first is the pass in which the function first asked for a key, from 1.
	first map[string]int
}

// Live drives a claim to rest and remembers when each object came. It fails when the claim still changes after the
// last pass.
func Live(ctx context.Context, r simulator.Runner, claim map[string]any, maxPasses int) (*History, error) {
	h := &History{runner: r, rest: simulator.New(claim), first: map[string]int{}}
	for n := 1; n <= maxPasses; n++ {
		changed, err := h.rest.Pass(ctx, r)
		if err != nil {
			return nil, err
		}
		for key := range h.rest.Response.GetDesired().GetResources() {
			if h.first[key] == 0 {
				h.first[key] = n
			}
		}
		h.after = append(h.after, &simulator.World{
			Observed: maps.Clone(h.rest.Observed), Connection: maps.Clone(h.rest.Connection),
		})
		if !changed {
			return h, nil
		}
	}
	return nil, fmt.Errorf("%w (%d passes)", simulator.ErrUnsettled, maxPasses)
}

// A State is a way in which an object may not be there yet.
type State string

// The states.
const (
	// Missing objects are not in the cluster.
	Missing State = "is not there"
	// Unknown objects are in the cluster, and AWS has said nothing of them.
	Unknown State = "is not known"
	// Unready objects are known to AWS, and do not work yet.
	Unready State = "does not work"
	// Unnamed objects have no name in AWS.
	Unnamed State = "has no name in AWS"
)

// degrade puts an object of a world into a state. The world's maps are its own, the objects in them are not.
func degrade(w *simulator.World, key string, s State) {
	if s == Missing {
		delete(w.Observed, key)
		delete(w.Connection, key)
		return
	}
	o := runtime.DeepCopyJSON(w.Observed[key])
	w.Observed[key] = o
	switch s {
	case Unknown:
		delete(o, "status")
		delete(w.Connection, key)
	case Unready:
		for _, c := range objects(lookup(o, "status", "conditions")) {
			if c["type"] == "Ready" {
				c["status"], c["reason"] = "False", "Creating"
			}
		}
	case Unnamed:
		delete(asMap(lookup(o, "metadata", "annotations")), "crossplane.io/external-name")
		delete(asMap(lookup(o, "status", "atProvider")), "id")
	default:
		field, value, _ := strings.Cut(string(s), " is ")
		asMap(lookup(o, "status", "atProvider"))[field] = value
	}
}

// Says is the state of an object of which AWS says a value.
func Says(field, value string) State { return State(field + " is " + value) }

// before is the world before a pass: what came in earlier passes is there and works. The claim has no status.
func (h *History) before(pass int) *simulator.World {
	w := simulator.New(h.rest.Composite)
	delete(w.Composite, "status")
	if pass > 1 {
		w.Observed = maps.Clone(h.after[pass-2].Observed)
		w.Connection = maps.Clone(h.after[pass-2].Connection)
	}
	return w
}

// asks are the keys that the function desires.
func (h *History) asks(ctx context.Context, w *simulator.World) (map[string]bool, error) {
	req, err := w.Request()
	if err != nil {
		return nil, err
	}
	rsp, err := h.runner.RunFunction(ctx, req)
	if err != nil {
		return nil, err
	}
	if m := simulator.Fatal(rsp); m != "" {
		return nil, fmt.Errorf("cannot compose the claim: %s", m)
	}
	out := map[string]bool{}
	for key := range rsp.GetDesired().GetResources() {
		out[key] = true
	}
	return out, nil
}

// withheld are the keys of a pass that the function does not ask for while others are in a state.
func (h *History) withheld(ctx context.Context, pass int, others []string, s State) ([]string, error) {
	w := h.before(pass)
	for _, key := range others {
		degrade(w, key, s)
	}
	asked, err := h.asks(ctx, w)
	if err != nil {
		return nil, err
	}
	var out []string
	for key, n := range h.first {
		if n == pass && !asked[key] {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out, nil
}

// keysOf are the sorted keys of a pattern, and of them those that came before a pass, where it is not 0.
func (h *History) keysOf(pattern string, before int) []string {
	var out []string
	for key, n := range h.first {
		if matches(pattern, key) && (before == 0 || n < before) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// A Gate names objects that must exist and work before others are created.
type Gate struct {
	// Title is the order in one sentence, and Why is what goes wrong without it.
	Title, Why string
	// Claim is the spec that the order is tested with, in YAML. Empty means the minimal
	// claim.
	Claim string
	// Until is the pattern of the keys that must be there first, and State what they lack while the others are held
	// back.
	Until string
	State State
	// Held are patterns of the keys that are held back. Each must match a key.
	Held []string
}

// Check returns how a history violates the order: a key is desired before what it waits for, or is not desired
// afterwards.
func (g Gate) Check(ctx context.Context, h *History) ([]string, error) {
	var out []string
	for _, pattern := range g.Held {
		held := h.keysOf(pattern, 0)
		if len(held) == 0 {
			out = append(out, pattern+" is not composed")
		}
		for _, key := range held {
			wrong, err := g.check(ctx, h, key)
			if err != nil {
				return nil, err
			}
			out = append(out, wrong...)
		}
	}
	return out, nil
}

func (g Gate) check(ctx context.Context, h *History, key string) ([]string, error) {
	pass := h.first[key]
	until := h.keysOf(g.Until, pass)
	if len(until) == 0 {
		return []string{fmt.Sprintf("%s comes in pass %d, and nothing of %s before it", key, pass, g.Until)}, nil
	}
	with, err := h.withheld(ctx, pass, nil, g.State)
	if err != nil {
		return nil, err
	}
	if slices.Contains(with, key) {
		return []string{key + " is not asked for although everything of the passes before it works"}, nil
	}
	without, err := h.withheld(ctx, pass, until, g.State)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(without, key) {
		return []string{fmt.Sprintf("%s is asked for while %s %s", key, strings.Join(until, ", "), g.State)}, nil
	}
	return nil, nil
}

// A Wait is the pass in which a key is first desired, and what it waits for.
type Wait struct {
	Key string
	// Pass in which the key first appears, from 1.
	Pass int
	// After are the keys that must work before, With the keys of which AWS must have reported a value, and Beside
	// the keys that only must exist.
	After, With, Beside []string
}

// Order finds out what each key of a history waits for, by removing one object after another.
func (h *History) Order(ctx context.Context) ([]Wait, error) {
	waits := map[string]*Wait{}
	last := 0
	for key, n := range h.first {
		waits[key] = &Wait{Key: key, Pass: n}
		last = max(last, n)
	}
	gates := map[string]bool{}
	for pass := 2; pass <= last; pass++ {
		for _, some := range split(h.keysOf("*", pass), gates) {
			if err := h.findWaits(ctx, pass, some, waits); err != nil {
				return nil, err
			}
		}
		for _, w := range waits {
			for _, key := range slices.Concat(w.After, w.With, w.Beside) {
				gates[key] = true
			}
		}
	}
	return inOrder(waits), nil
}

// inOrder sorts waits by pass and key. Keys that differ only in their digest are
// merged.
func inOrder(waits map[string]*Wait) []Wait {
	all := map[string]Wait{}
	for _, w := range waits {
		one := w.anonymous()
		if other, ok := all[one.Key]; ok {
			one.Pass = min(one.Pass, other.Pass)
			one.After = union(one.After, other.After)
			one.With = union(one.With, other.With)
			one.Beside = union(one.Beside, other.Beside)
		}
		all[one.Key] = one
	}
	return slices.SortedFunc(maps.Values(all), func(a, b Wait) int {
		return cmp.Or(a.Pass-b.Pass, strings.Compare(a.Key, b.Key))
	})
}

func union(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// split puts each key for which others have waited before into a list of its own, and all others into one list: a
// key that others have waited for is usually waited for again, and the others usually are not.
func split(keys []string, gates map[string]bool) [][]string {
	var rest []string
	var out [][]string
	for _, key := range keys {
		if gates[key] {
			out = append(out, []string{key})
		} else {
			rest = append(rest, key)
		}
	}
	return append(out, rest)
}

// findWaits looks for those of some keys that others of a pass wait for. Usually nothing waits for a key, so it
// removes many keys at once, and halves the set only if that holds something back.
func (h *History) findWaits(ctx context.Context, pass int, of []string, waits map[string]*Wait) error {
	if len(of) == 0 {
		return nil
	}
	held, err := h.withheld(ctx, pass, of, Missing)
	if err != nil || len(held) == 0 {
		return err
	}
	if len(of) > 1 {
		half := len(of) / 2
		if err := h.findWaits(ctx, pass, of[:half], waits); err != nil {
			return err
		}
		return h.findWaits(ctx, pass, of[half:], waits)
	}
	unready, err := h.withheld(ctx, pass, of, Unready)
	if err != nil {
		return err
	}
	unknown := unready
	if len(unready) < len(held) {
		if unknown, err = h.withheld(ctx, pass, of, Unknown); err != nil {
			return err
		}
	}
	for _, key := range held {
		w := waits[key]
		switch {
		case slices.Contains(unready, key):
			w.After = append(w.After, of[0])
		case slices.Contains(unknown, key):
			w.With = append(w.With, of[0])
		default:
			w.Beside = append(w.Beside, of[0])
		}
	}
	return nil
}

var digest = regexp.MustCompile(`(-[0-9a-f]{8})+(-[0-9]+)?$`)

// anonymous replaces a digest at the end of a key by a star: the digest identifies the content, and does not
// affect the order.
func (w Wait) anonymous() Wait {
	star := func(keys []string) []string {
		out := make([]string, len(keys))
		for i, k := range keys {
			out[i] = digest.ReplaceAllString(k, "-*")
		}
		return union(out, nil)
	}
	return Wait{digest.ReplaceAllString(w.Key, "-*"), w.Pass, star(w.After), star(w.With), star(w.Beside)}
}

// String is a wait in one line: the pass, the key, what must work, what must be known and what must be there.
func (w Wait) String() string {
	out := fmt.Sprintf("%d %s", w.Pass, w.Key)
	for _, part := range []struct {
		word string
		keys []string
	}{{"after", w.After}, {"with", w.With}, {"beside", w.Beside}} {
		if len(part.keys) > 0 {
			out += " " + part.word + " " + strings.Join(part.keys, " ")
		}
	}
	return out
}

// ParseWait reads what String writes.
func ParseWait(line string) (Wait, error) {
	words := strings.Fields(line)
	if len(words) < 2 {
		return Wait{}, fmt.Errorf("cannot read %q: want a pass and a key", line)
	}
	pass, err := strconv.Atoi(words[0])
	if err != nil {
		return Wait{}, fmt.Errorf("cannot read %q: the pass is not a number", line)
	}
	w := Wait{Key: words[1], Pass: pass}
	var into *[]string
	for _, word := range words[2:] {
		switch {
		case word == "after":
			into = &w.After
		case word == "with":
			into = &w.With
		case word == "beside":
			into = &w.Beside
		case into == nil:
			return Wait{}, fmt.Errorf("cannot read %q: %s follows neither after, with nor beside", line, word)
		default:
			*into = append(*into, word)
		}
	}
	return w, nil
}

// Lost is what a key of a recorded order no longer does: it waited for something, and may come earlier now.
func (w Wait) Lost(now Wait) []string {
	var out []string
	if now.Pass < w.Pass {
		out = append(out, fmt.Sprintf("%s comes in pass %d, before pass %d", w.Key, now.Pass, w.Pass))
	}
	stronger := []string{}
	for _, kind := range []struct {
		was, is []string
		lacks   string
	}{{w.After, now.After, "works"}, {w.With, now.With, "is known"}, {w.Beside, now.Beside, "is there"}} {
		stronger = append(stronger, kind.is...)
		for _, key := range kind.was {
			if !slices.Contains(stronger, key) {
				out = append(out, fmt.Sprintf("%s does not wait until %s %s", w.Key, key, kind.lacks))
			}
		}
	}
	return out
}
