package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const moveGolden = "testdata/move.golden"

// A moveStep is what a person changes in the claim, and says why.
type moveStep struct{ title, change string }

// moveSteps are a whole move, from a living claim of MySQL to one of Aurora without a trace of it.
var moveSteps = []moveStep{
	{"Prepare: stop minor upgrades", "spec: {database: {engine: AuroraMySQL, move: {stage: Prepare}}}"},
	{"Copy: let Aurora follow", "spec: {database: {move: {stage: Copy}}}"},
	{"Freeze: stop writes", "spec: {database: {move: {stage: Freeze}}}"},
	{"The word of a person: the copy has everything", "spec: {database: {move: {caughtUp: true}}}"},
	{"CutOver: make the copy the database", "spec: {database: {move: {stage: CutOver}}}"},
	{"Retire: delete the old database", "spec: {database: {move: {stage: Retire}}}"},
	{"Done: forget the move", "spec: {database: {move: null}}"},
}

// copying is the world of a claim in the middle of a move.
func copying(t testing.TB) *simulator.World {
	t.Helper()
	w := simulator.New(claim(t, "{}"))
	settleMore(t, w)
	for _, step := range moveSteps[:2] {
		edit(t, w, step.change)
		settleMore(t, w)
	}
	return w
}

// edit changes a living claim as a person does. The API server has to accept it.
func edit(t rapid.TB, w *simulator.World, change string) {
	t.Helper()
	if problems := admit(t, w, change); problems != "" {
		t.Fatalf("the API server refuses %s: %s", change, problems)
	}
}

// admit changes a living claim if the API server accepts it, and says otherwise why not.
func admit(t rapid.TB, w *simulator.World, change string) string {
	t.Helper()
	over, err := schema.Decode([]byte(change))
	if err != nil {
		t.Fatal(err)
	}
	old := map[string]any{}
	maps.Copy(old, w.Composite)
	c := map[string]any{"apiVersion": old["apiVersion"], "kind": old["kind"], "metadata": old["metadata"]}
	spec, _ := old["spec"].(map[string]any)
	c["spec"] = merge(cloned(spec), in(over, "spec"))
	if err := schema.Default(c); err != nil {
		t.Fatal(err)
	}
	if errs := schema.Validate(c, old); len(errs) > 0 {
		return errs.ToAggregate().Error()
	}
	w.Composite["spec"] = c["spec"]
	return ""
}

func cloned(o map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range o {
		if m, ok := v.(map[string]any); ok {
			v = cloned(m)
		}
		out[k] = v
	}
	return out
}

// TestMove is a whole move, stage by stage, as a person sees it: the change of the claim, what that
// changes pass by pass, and what the claim says then. The golden reads like the runbook in
// docs/growing.md.
func TestMove(t *testing.T) {
	w := atRest(t, claim(t, "{}"))
	var b strings.Builder
	b.WriteString("The move of a claim from MySQL to Aurora. Each stage has the change of the claim, what each " +
		"pass\nchanges, and what the claim says at rest.\n")
	for _, step := range moveSteps {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", step.title, step.change)
		edit(t, w, step.change)
		for n := 1; n <= 3*maxPasses; n++ {
			was := dataOf(w)
			changed := pass(t, w)
			for _, line := range differences(was, dataOf(w)) {
				fmt.Fprintf(&b, "pass %d: %s\n", n, line)
			}
			if !changed {
				break
			}
			if n == 3*maxPasses {
				t.Fatalf("%s does not come to rest", step.title)
			}
		}
		reason, says := conditionOf(w, "DatabaseReady")
		fmt.Fprintf(&b, "\nDatabaseReady: %s, %s\n%s", reason, says, toYAML(t, moveStatus(w)))
		for _, broken := range invariants(w) {
			t.Errorf("%s: %s", step.title, broken)
		}
	}
	compareGolden(t, moveGolden, b.String())
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run go test ./function -run TestMove -update, and read what changes (-want +got):\n%s", diff)
	}
}

func moveStatus(w *simulator.World) map[string]any {
	db := in(w.Composite, "status", "database")
	return map[string]any{"database": map[string]any{
		"engine": db["engine"], "writer": db["writer"], "reader": db["reader"],
		"passwordGeneration": db["passwordGeneration"], "finalSnapshotID": db["finalSnapshotID"], "move": db["move"],
	}}
}

// dataOf is what a move is about, a line for each fact.
func dataOf(w *simulator.World) map[string]string {
	out := map[string]string{}
	if w.Response == nil {
		return out
	}
	all := desired(w)
	about := []string{
		"autoMinorVersionUpgrade", "deletionProtection", "skipFinalSnapshot", "finalSnapshotIdentifier",
		"replicationSourceIdentifier", "passwordSecretRef.name", "masterPasswordSecretRef.name", "forceDestroy",
		"alarmRule", "engineVersion", "databaseName",
	}
	for key, o := range all {
		if !isAboutData(key) {
			continue
		}
		out[key] = "is there"
		for _, field := range about {
			if v := deepText(params(o), field); v != "" {
				out[key+" "+field] = v
			}
		}
		if strings.HasPrefix(key, "parametergroup") {
			out[key+" read_only"] = readOnlyIn(params(o))
		}
	}
	for key, o := range all {
		if strings.HasPrefix(key, "taskdefinition-backend-") {
			text, _ := params(o)["containerDefinitions"].(string)
			_, after, _ := strings.Cut(text, `"name":"DB_SECRET_REVISION","value":"`)
			value, _, _ := strings.Cut(after, `"`)
			out[key+" DB_SECRET_REVISION"] = value
		}
	}
	return out
}

func isAboutData(key string) bool {
	for _, prefix := range []string{
		"db-", "parametergroup-", "clusterparametergroup-", "selection", "connection-", "secretversion-",
		"alarm-db-copy", "alarm-critical", "rolepolicy-task-database", "loggroup-db-primary-error",
		"loggroup-db-cluster-error",
		"usage-db-",
	} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

func deepText(o map[string]any, path string) string {
	var v any = o
	for _, p := range strings.Split(path, ".") {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func readOnlyIn(p map[string]any) string {
	list, _ := p["parameter"].([]any)
	for _, e := range list {
		if m, _ := e.(map[string]any); m["name"] == "read_only" {
			return fmt.Sprint(m["value"])
		}
	}
	return "0"
}

func differences(was, is map[string]string) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(merged(was, is))) {
		switch before, after := was[key], is[key]; {
		case before == after:
		case before == "":
			out = append(out, "+ "+key+" "+after)
		case after == "":
			out = append(out, "- "+key+" "+before)
		default:
			out = append(out, "~ "+key+" from "+before+" to "+after)
		}
	}
	return out
}

// TestMoveRefusals: a stage that is skipped or taken back is refused, with the right one.
func TestMoveRefusals(t *testing.T) {
	at := func(stage string) string {
		text := "engine: AuroraMySQL, move: {stage: " + stage
		if stage == "CutOver" || stage == "Retire" {
			text += ", caughtUp: true"
		}
		return "spec: {database: {" + text + "}}}"
	}
	stages := []string{"Prepare", "Copy", "Freeze", "CutOver", "Retire"}
	says := map[string]string{
		"Prepare": "set database.move.stage to Copy", "Copy": "the one after Copy is Freeze",
		"Freeze": "the one after Freeze is CutOver", "CutOver": "go on with Retire",
		"Retire": "cannot go back from Retire",
	}
	allowed := map[string]bool{
		"Prepare>Copy": true, "Copy>Prepare": true, "Copy>Freeze": true, "Freeze>Copy": true, "Freeze>CutOver": true,
		"CutOver>Retire": true,
	}
	c := claim(t, "{}")
	for i, from := range stages {
		w := simulator.New(c)
		for _, stage := range stages[:i+1] {
			edit(t, w, at(stage))
		}
		for _, to := range stages {
			if to == from {
				continue
			}
			change := strings.Replace(at(to), "stage: "+to, "stage: "+to+", caughtUp: "+fmt.Sprint(to != "Prepare" &&
				to != "Copy"), 1)
			change = strings.Replace(change, ", caughtUp: true, caughtUp: true", ", caughtUp: true", 1)
			try := &simulator.World{Composite: cloned(w.Composite)}
			problems := admit(t, try, change)
			switch {
			case allowed[from+">"+to] != (problems == ""):
				t.Errorf("%s to %s: the API server says %q", from, to, problems)
			case problems != "" && !strings.Contains(problems, says[from]):
				t.Errorf("%s to %s: want the words %q, got %q", from, to, says[from], problems)
			}
		}
		try := &simulator.World{Composite: cloned(w.Composite)}
		back := admit(t, try, "spec: {database: {engine: MySQL, move: null}}")
		if (back == "") != (from == "Prepare" || from == "Copy") {
			t.Errorf("%s to MySQL: the API server says %q", from, back)
		}
		removed := admit(t, &simulator.World{Composite: cloned(w.Composite)}, "spec: {database: {move: null}}")
		if (removed == "") != (from == "Retire") {
			t.Errorf("%s without move: the API server says %q", from, removed)
		}
	}
}

// moveLives is how many claims TestMoveKeepsTheData moves. Each takes some hundred passes.
const moveLives = 6

// TestMoveKeepsTheData walks generated claims through all stages, forwards, back, and with flaps and
// crashes in between. At no moment may a database go that has the only copy.
func TestMoveKeepsTheData(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	for seed := range moveLives {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			var broken []string
			rapid.Custom(func(t *rapid.T) bool {
				broken = append(broken, moved(t)...)
				return true
			}).Example(seed)
			for _, b := range broken {
				t.Error(b)
			}
		})
	}
}

// moved is what is wrong with the move of a claim.
func moved(t *rapid.T) []string {
	f, w := newFunction(), simulator.New(movable(t))
	x := &watcher{w: w}
	w.Interfere = slow(t)
	x.run(t, f, 2*maxPasses)
	for _, step := range moveSteps {
		if strings.Contains(step.title, "CutOver") && rapid.Bool().Draw(t, "back") {
			edit(t, w, "spec: {database: {move: {stage: Copy, caughtUp: false}}}")
			x.run(t, f, rapid.IntRange(1, maxPasses).Draw(t, "passes back"))
			edit(t, w, "spec: {database: {move: {stage: Freeze}}}")
			x.run(t, f, 2*maxPasses)
			edit(t, w, "spec: {database: {move: {caughtUp: true}}}")
		}
		edit(t, w, step.change)
		x.run(t, f, rapid.IntRange(1, 2*maxPasses).Draw(t, "passes in "+step.title))
	}
	w.Interfere = nil
	x.rest(t, f)
	if in(w.Composite, "status", "database")["engine"] != "AuroraMySQL" {
		// The person was faster than AWS, and gives the word again.
		edit(t, w, "spec: {database: {move: {stage: Retire, caughtUp: false}}}")
		x.rest(t, f)
		edit(t, w, "spec: {database: {move: {caughtUp: true}}}")
		x.rest(t, f)
	}
	db := in(w.Composite, "status", "database")
	if db["engine"] != "AuroraMySQL" || w.Observed["db-primary"] != nil {
		x.broken = append(x.broken, fmt.Sprintf("the move does not end: %v", db["move"]))
	}
	return x.broken
}

// movable draws a claim of MySQL that can be moved.
func movable(t *rapid.T) object {
	c := aClaim().Draw(t, "claim")
	spec := in(c, "spec")
	db := in(spec, "database")
	for _, field := range []string{"engine", "aurora", "move", "restoreFromSnapshot"} {
		delete(db, field)
	}
	delete(spec, "usageTier")
	db["manageMasterUserPassword"], db["rotation"] = false, "Generation"
	in(db, "proxy")["enabled"] = false
	delete(in(spec, "backup", "copyTo"), "pointInTime")
	return whole(t, in(c, "metadata"), spec)
}

// slow answers like an AWS that is still working on a database now and then.
func slow(t *rapid.T) func(string, map[string]any) {
	return func(key string, o map[string]any) {
		if !strings.HasPrefix(key, "db-") && !strings.HasPrefix(key, "parametergroup") {
			return
		}
		switch rapid.IntRange(0, 5).Draw(t, key) {
		case 0:
			clear(at(o))
		case 1:
			setCondition(o, "Ready", "False", "Creating", "")
		}
	}
}

// A watcher drives a world and looks at what may never happen.
type watcher struct {
	w *simulator.World
	// promoted and told tell what has happened once.
	promoted, told bool
	// broken is what has happened and must not.
	broken []string
}

// rest lets a world come to rest.
func (x *watcher) rest(t *rapid.T, f *Function) {
	for range 6 * maxPasses {
		if !x.calm(t, f) {
			return
		}
	}
}

func (x *watcher) run(t *rapid.T, f *Function, passes int) {
	for range passes {
		if rapid.IntRange(0, 3).Draw(t, "flap") == 0 {
			req, err := x.w.Request()
			if err != nil {
				t.Fatal(err)
			}
			rsp, err := f.RunFunction(context.Background(), flapped(t, req))
			if err != nil {
				t.Fatal(err)
			}
			x.look(rsp)
			if rapid.Bool().Draw(t, "the flap is applied") && simulator.Fatal(rsp) == "" {
				x.w.Response = rsp
				x.w.Replay()
			}
			continue
		}
		x.calm(t, f)
	}
}

// calm runs a pass without a flap, and tells whether the answer is another one than before.
func (x *watcher) calm(t *rapid.T, f *Function) bool {
	changed, err := x.w.Pass(context.Background(), f)
	var refusal simulator.Refusal
	if err != nil && !isRefusal(err, &refusal) {
		t.Fatal(err)
	}
	if err == nil {
		x.look(x.w.Response)
	}
	return changed
}

func isRefusal(err error, into *simulator.Refusal) bool {
	r, ok := err.(simulator.Refusal) //nolint:errorlint // Pass returns it as it is.
	*into = r
	return ok
}

// look notes where an answer deletes what has the only copy of the data.
func (x *watcher) look(rsp *fnv1.RunFunctionResponse) {
	if simulator.Fatal(rsp) != "" {
		return
	}
	resource := func(key string) map[string]any {
		if r := rsp.GetDesired().GetResources()[key]; r != nil {
			return r.GetResource().AsMap()
		}
		return nil
	}
	fails := func(why string) {
		x.broken = append(x.broken, fmt.Sprintf("%s; the claim asks for %v", why,
			in(x.w.Composite, "spec", "database")["move"]))
	}
	cluster, primary := resource("db-cluster"), resource("db-primary")
	source := deepText(params(cluster), "replicationSourceIdentifier")
	observed := x.w.Observed["db-cluster"]
	stage := deepText(in(x.w.Composite, "spec", "database", "move"), "stage")
	switch {
	case primary == nil && x.w.Observed["db-primary"] != nil && stage != "Retire" && stage != "":
		fails("the primary goes before its stage")
	case primary == nil && x.w.Observed["db-primary"] != nil && !x.told:
		fails("the primary goes while the workloads may use it")
	case x.promoted && cluster == nil:
		fails("the cluster goes although it is the database")
	case x.promoted && source != "":
		fails("the cluster becomes a copy again")
	case cluster != nil && source == "" && !x.promoted && !x.mayPromote(observed, stage):
		fails("the copy is promoted too early")
	case x.promoted && primary != nil && readOnlyIn(params(resource("parametergroup-mysql84"))) != "1":
		fails("the old database takes writes again")
	case primary != nil && deepText(params(primary), "skipFinalSnapshot") != "false":
		fails("the primary would go without a snapshot")
	}
	x.promoted = x.promoted || cluster != nil && source == ""
	for key := range rsp.GetDesired().GetResources() {
		x.told = x.told || strings.HasPrefix(key, "secretversion-") && strings.Contains(key, "aurora")
	}
}

func (x *watcher) mayPromote(observed map[string]any, stage string) bool {
	return observed != nil && (stage == "CutOver" || stage == "Retire") &&
		in(x.w.Composite, "spec", "database", "move")["caughtUp"] == true
}
