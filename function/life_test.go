package function

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestLife walks a claim through its life and compares what it says at each station
// with testdata/life.golden. Read the golden aloud: it is what the person on call reads
// at three in the morning.
func TestLife(t *testing.T) {
	l := &life{t: t, w: simulator.New(claim(t, ""))}

	l.say("Created: the first pass", "Nothing exists yet.")
	l.until(3)
	l.interfere("db-primary", creating)
	l.say("Half way", "Most of it is there; AWS is still making the database.")
	l.peace()
	l.until(maxPasses)
	l.say("Ready", "Everything works.")

	l.interfere("nat-b",
		failing("CreateFailure",
			`async create failed: failed to create the resource: [{0 creating EC2 NAT Gateway: `+
				`operation error EC2: CreateNatGateway, `+
				`https response error StatusCode: 400, RequestID: 5d7c1a52-0c3e-4c55-8a3b-2f1f7a0b9c11, `+
				`api error NatGatewayLimitExceeded: `+
				`Performing this operation would exceed the limit of 5 NAT gateways  []}]`))
	l.say("A quota", "AWS refuses a NAT gateway.")
	l.interfere("db-primary",
		failing("ReconcileError",
			`update failed: async update failed: failed to update the resource: `+
				`[{0 updating RDS DB Instance (shop-otjdslhi-db-primary): `+
				`operation error RDS: ModifyDBInstance, `+
				`https response error StatusCode: 400, RequestID: 0d4c1b6e-9b3f-4f3e-8a57-60c3e2a7f1d2, `+
				`api error InvalidParameterCombination: Cannot upgrade mysql from 8.4.3 to 8.4.99  []}]`))
	l.say("A database error", "AWS refuses a change of the database.")
	l.interfere("db-primary", func(o map[string]any) { at(o)["status"] = "modifying" })
	l.say("A database that is being modified", "It may not answer.")
	l.interfere("db-primary", func(o map[string]any) { at(o)["status"] = "backing-up" })
	l.say("The nightly backup", "The database answers all the time, so nothing happens.")
	l.interfere("alb-public", func(o map[string]any) { delete(o, "status") })
	l.say("A flap",
		"The provider has forgotten the public load balancer for a moment. Nothing "+
			"disappears, and the status keeps its address.")
	l.peace()

	steady := l.running("backend")
	l.change("spec: {backend: {image: 'registry.example.org/shop/backend:2.0.0'}}")
	l.until(2)
	l.w.Interfere = telling("backend", running)
	l.until(2)
	l.say("A new image", "Its first tasks start. The old ones serve until all new ones are healthy.")
	l.w.Interfere = backTo(steady)
	l.until(2)
	l.say("A failing image", "Version 2.0.0 does not start. ECS has gone back to 1.0.0.")
	l.until(3)
	l.say("After the failing image",
		"The service is told to stay with 1.0.0, which serves, and is not asked to try 2.0.0 again.")
	l.peace()
	l.change("spec: {backend: {image: 'registry.example.org/shop/backend:2.0.1'}}")
	l.until(maxPasses)
	l.say("The image is mended", "Version 2.0.1 starts.")

	l.change("spec: {services: [{name: orders, image: 'registry.example.org/shop/orders:1.0.0'}]}")
	l.until(2)
	l.say("A service is added", "It is made, and nothing else restarts.")
	l.until(maxPasses)
	l.change("spec: {services: [{name: orders, image: 'registry.example.org/shop/orders:1.0.0', " +
		"expose: {paths: [/orders/*]}}]}")
	l.until(2)
	l.say("The service becomes public", "It moves to the other load balancer when the way there is open.")
	l.until(maxPasses)
	l.change("spec: {services: []}")
	l.say("The service is taken away", "Its log group and the lines in it go with it.")
	l.until(maxPasses)
	l.say("Without the service", "The claim is as it was before.")

	l.change("spec: {database: {instanceClass: db.t4g.large}}")
	l.say("A larger database", "The change restarts it, and says so.")
	l.until(2)
	l.change("spec: {database: {passwordGeneration: 2}}")
	l.say("Another password", "The database gets it first.")
	l.until(1)
	l.say("Another password, in the database", "Secrets Manager gets it next.")
	l.until(2)
	l.say("Another password, in Secrets Manager", "The backend's tasks are replaced, so that they read it.")
	l.until(3)
	l.change("spec: {deletionProtection: false, queues: []}")
	l.until(1)
	l.say("A queue is taken away",
		"It had to be unlocked for that first. What is in the queue is lost, and the claim says so.")
	l.until(2)
	l.interfere("role-task", func(o map[string]any) {
		//nolint:forcetypeassert // Every object has metadata.
		o["metadata"].(map[string]any)["deletionTimestamp"] = "2026-01-03T00:00:00Z"
	})
	l.say("Somebody deletes a role by hand", "It is made again.")
	l.peace()
	l.change("spec: {deletionProtection: false}")
	l.until(2)
	l.say("Unlocked for deletion", "The claim may be deleted now; nothing else is different.")

	l.compare("testdata/life.golden")
}

// A life is a claim and its world, pass by pass.
type life struct {
	t   *testing.T
	w   *simulator.World
	out strings.Builder
}

// until runs the function this many more times.
func (l *life) until(passes int) {
	l.t.Helper()
	for range passes {
		pass(l.t, l.w)
	}
}

// interfere changes the observed state of one resource, now and in every later pass.
func (l *life) interfere(key string, how func(map[string]any)) {
	l.t.Helper()
	l.peace()
	o, ok := l.w.Observed[key]
	if !ok {
		l.t.Fatalf("there is no %s to interfere with", key)
	}
	how(o)
}

// peace removes every interference.
func (l *life) peace() {
	l.t.Helper()
	l.w.Interfere = nil
	if l.w.Response != nil {
		l.w.Replay()
	}
}

// change merges YAML into the claim.
func (l *life) change(over string) {
	l.t.Helper()
	o, err := schema.Decode([]byte(over))
	if err != nil {
		l.t.Fatal(err)
	}
	l.w.Composite = merge(l.w.Composite, o)
	if err := schema.Default(l.w.Composite); err != nil {
		l.t.Fatal(err)
	}
}

func (l *life) running(service string) string {
	return simulator.Text(at(l.w.Observed["service-"+service]), "taskDefinition")
}

// say records what the claim says now, without an answer of AWS in between.
func (l *life) say(title, story string) {
	l.t.Helper()
	req, err := l.w.Request()
	if err != nil {
		l.t.Fatal(err)
	}
	rsp, err := newFunction().RunFunction(l.t.Context(), req)
	if err != nil {
		l.t.Fatal(err)
	}
	if m := simulator.Fatal(rsp); m != "" {
		l.t.Fatal(m)
	}
	if st := rsp.GetDesired().GetComposite().GetResource().AsMap()["status"]; st != nil {
		l.w.Composite["status"] = st
	}
	fmt.Fprintf(&l.out, "== %s\n%s\n\n", title, story)
	ready := rsp.GetDesired().GetComposite().GetReady() == fnv1.Ready_READY_TRUE
	fmt.Fprintf(&l.out, "%-20s %v, %s\n", "Ready", ready, simulator.Text(l.w.Composite, "status", "health"))
	l.out.WriteString(conditionLines(&simulator.World{Response: rsp}))
	for _, r := range rsp.GetResults() {
		fmt.Fprintf(&l.out, "%s: %s\n", strings.ToLower(strings.TrimPrefix(r.GetSeverity().String(), "SEVERITY_")),
			r.GetMessage())
	}
	l.out.WriteString("\n")
}

func (l *life) compare(file string) {
	l.t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(l.out.String()), 0o600); err != nil {
			l.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		l.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), l.out.String()); diff != "" {
		l.t.Errorf(
			"the claim says something else (-want +got); if that is meant, run go test ./function -run TestLife "+
				"-update and read it aloud:\n%s", diff)
	}
}

func at(o map[string]any) map[string]any {
	st, _ := o["status"].(map[string]any)
	a, _ := st["atProvider"].(map[string]any)
	return a
}

func creating(o map[string]any) {
	setCondition(o, "Ready", "False", "Creating", "")
	for _, f := range []string{"endpoint", "address", "status"} {
		delete(at(o), f)
	}
}

func failing(reason, message string) func(map[string]any) {
	return func(o map[string]any) { setCondition(o, "LastAsyncOperation", "False", reason, message) }
}

func setCondition(o map[string]any, kind, status, reason, message string) {
	st, _ := o["status"].(map[string]any)
	conditions, _ := st["conditions"].([]any)
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == kind {
			c["status"], c["reason"], c["message"] = status, reason, message
		}
	}
}
