package rollout

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

const (
	v3 = ofFrontend + ":3"
	// other is a version of another workload.
	other = "arn:aws:ecs:us-east-1:111122223333:task-definition/shop-1a2b3c-other:1"
)

// proved is a service that the runner looks at, with a ledger.
func proved(wanted, told string, l Ledger, change ...func(meta, synced, last map[string]any)) stacktest.Object {
	o := service(wanted, told, append(change, func(meta, _, _ map[string]any) {
		meta["annotations"] = map[string]any{v1alpha1.AnnotationRollout: l.String()}
	})...)
	params(o, "spec", "forProvider")["waitForSteadyState"] = false
	return o
}

func params(o stacktest.Object, path ...string) map[string]any {
	v, _ := o.Lookup(path...)
	return v.(map[string]any) //nolint:forcetypeassert // A test has written it.
}

// in is the service with target groups in its spec and in its status.
func in(o stacktest.Object, spec, status []string) stacktest.Object {
	for i, groups := range [][]string{spec, status} {
		var list []any
		for _, g := range groups {
			list = append(list, map[string]any{"targetGroupArn": g})
		}
		params(o, [][]string{{"spec", "forProvider"}, {"status", "atProvider"}}[i]...)["loadBalancer"] = list
	}
	return o
}

// calls are the answers of the runner about what a service is told to deploy, by round.
type calls map[int]runner.Answer

func (cs calls) about(t *testing.T, o stacktest.Object) *stack.Stack {
	t.Helper()
	observed := map[stack.Key]stack.Observed{}
	for n, a := range cs {
		call := stacktest.Object{"status": map[string]any{"atProvider": map[string]any{}}}
		if a.Status != "" {
			b, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			params(call, "status", "atProvider")["result"] = string(b)
		}
		observed[keys.Proof("frontend", deployment(o), n)] = call
		// Those of others do not count.
		observed[keys.Proof("frontend-"+strconv.Itoa(n), deployment(o), n)] = answered(runner.Failed)
		observed[keys.Proof("frontend", "00000000", n)] = answered(runner.Failed)
	}
	return newStack(t, o, "image:1", observed)
}

func answered(status string) stacktest.Object {
	return stacktest.Object{"status": map[string]any{
		"atProvider": map[string]any{"result": `{"status":"` + status + `","runs":"` + v1 + `"}`},
	}}
}

var (
	atV1, atV2 = deployment(proved(v1, v1, Ledger{})), deployment(proved(v2, v2, Ledger{}))

	back = &Failure{Generation: 3, TaskDefinition: v2, Runs: v1, Reason: "crashed", Started: "s", Finished: "f"}
	died = &Failure{Generation: 3, TaskDefinition: v1, Runs: v1, Reason: "crashed"}
)

func TestProven(t *testing.T) {
	running := runner.Answer{Status: runner.Running, Reason: "1 of 2 tasks run"}
	cases := map[string]struct {
		reason string
		in     stacktest.Object
		calls  calls
		want   State
	}{
		"Told": {
			reason: "ECS has been told, and nobody has looked yet.",
			in:     proved(v2, v2, Ledger{}),
			want:   State{Phase: Progressing, Deployed: true},
		},
		"NotTold": {
			reason: "The runner would see the version before.",
			in:     proved(v2, v1, Ledger{}),
			want:   State{Phase: Progressing},
		},
		"NotSeen": {
			reason: "What the provider reports is older than the spec.",
			in:     proved(v2, v2, Ledger{}, unseen),
			want:   State{Phase: Progressing},
		},
		"Refused": {
			reason: "AWS rejects the change, so nothing is deployed, and the provider says why.",
			in:     proved(v2, v1, Ledger{}, failed("AsyncUpdateFailure", refused)),
			want:   State{Phase: Progressing, Message: refused},
		},
		"Blank": {
			reason: "The service does not report what it has been told.",
			in:     proved(v1, "", Ledger{}),
			want: State{
				Phase: Unknown, Message: "AWS has not reported which task definition the service runs",
			},
		},
		"Asked": {
			reason: "A call is under way.",
			in:     proved(v2, v2, Ledger{}),
			calls:  calls{1: {}},
			want:   State{Phase: Progressing, Deployed: true, Asked: 1},
		},
		"Running": {
			reason: "The call has ended before the deployment.",
			in:     proved(v2, v2, Ledger{}),
			calls:  calls{1: running},
			want: State{
				Phase: Progressing, Deployed: true, Asked: 1, Again: true, Answer: running, Message: running.Reason,
			},
		},
		"NextRound": {
			reason: "The answer of the last round counts until the next one is there.",
			in:     proved(v2, v2, Ledger{}),
			calls:  calls{9: running, 10: {}},
			want:   State{Phase: Progressing, Deployed: true, Asked: 10, Answer: running, Message: running.Reason},
		},
		"Succeeded": {
			reason: "The deployment is over, and that is to be written down.",
			in:     proved(v2, v2, Ledger{}),
			calls:  calls{1: running, 2: {Status: runner.Succeeded, Runs: v2}},
			want: State{
				Phase: RolledOut, Running: v2, Asked: 2, Again: true,
				Answer: runner.Answer{Status: runner.Succeeded, Runs: v2}, Ledger: Ledger{Proven: atV2},
			},
		},
		"Recorded": {
			reason: "The call has gone, and what is written stays.",
			in:     proved(v2, v2, Ledger{Proven: atV2}),
			want:   State{Phase: RolledOut, Running: v2, Ended: true, Ledger: Ledger{Proven: atV2}},
		},
		"RecordedAndForgotten": {
			reason: "A provider that forgets cannot unsay it.",
			in:     proved(v2, "", Ledger{Proven: atV2}, unseen),
			want:   State{Phase: RolledOut, Running: v2, Ended: true, Ledger: Ledger{Proven: atV2}},
		},
		"AnotherIsRecorded": {
			reason: "What is written is about the version before.",
			in:     proved(v2, v2, Ledger{Proven: atV1}),
			want:   State{Phase: Progressing, Deployed: true},
		},
		"RolledBack": {
			reason: "ECS has gone back to the version before.",
			in:     proved(v2, v1, Ledger{}),
			calls: calls{1: {
				Status: runner.Failed, Runs: v1, Reason: "crashed", Started: "s", Finished: "f",
			}},
			want: State{
				Phase: RolledBack, Running: v1, GaveUp: true, Asked: 1, Again: true, Message: "crashed",
				Answer: runner.Answer{Status: runner.Failed, Runs: v1, Reason: "crashed", Started: "s", Finished: "f"},
				Ledger: Ledger{Failed: back},
			},
		},
		"RolledBackAndRecorded": {
			reason: "The spec still asks for the version that has failed.",
			in:     proved(v2, v1, Ledger{Failed: back}),
			want: State{
				Phase: RolledBack, Running: v1, GaveUp: true, Message: "crashed", Ended: true,
				Ledger: Ledger{Failed: back},
			},
		},
		"Held": {
			reason: "The spec asks for the version before, and that is to be looked at, too.",
			in:     proved(v1, v1, Ledger{Failed: back}),
			want:   State{Phase: Progressing, Deployed: true, Ledger: Ledger{Failed: back}},
		},
		"FirstFailed": {
			reason: "There is no version before the first.",
			in:     proved(v1, v1, Ledger{}),
			calls:  calls{1: {Status: runner.Failed, Runs: v1, Reason: "crashed"}},
			want: State{
				Phase: Failed, GaveUp: true, Asked: 1, Again: true, Message: "crashed",
				Answer: runner.Answer{Status: runner.Failed, Runs: v1, Reason: "crashed"},
				Ledger: Ledger{Failed: died},
			},
		},
		"FirstFailedAndForgotten": {
			reason: "The provider sees no difference between spec and state, and withdraws its error.",
			in:     proved(v1, v1, Ledger{Failed: died}),
			want: State{
				Phase: Failed, GaveUp: true, Message: "crashed", Ended: true, Ledger: Ledger{Failed: died},
			},
		},
		"TriedAgain": {
			reason: "A change of the service makes ECS start the same version anew.",
			in: proved(v1, v1, Ledger{Failed: died}, func(meta, synced, _ map[string]any) {
				meta["generation"], synced["observedGeneration"] = 4.0, 4.0
			}),
			want: State{Phase: Progressing, Deployed: true, Ledger: Ledger{Failed: died}},
		},
		"HealthyAtLast": {
			reason: "The same version serves after the change.",
			in: proved(v1, v1, Ledger{Failed: died}, func(meta, synced, _ map[string]any) {
				meta["generation"], synced["observedGeneration"] = 4.0, 4.0
			}),
			calls: calls{1: {Status: runner.Succeeded}},
			want: State{
				Phase: RolledOut, Running: v1, Asked: 1, Again: true, Answer: runner.Answer{Status: runner.Succeeded},
				Ledger: Ledger{Proven: atV1},
			},
		},
		"OfAnotherWorkload": {
			reason: "No service goes over to what is not its own.",
			in:     proved(v2, v2, Ledger{}),
			calls:  calls{1: {Status: runner.Failed, Runs: other}},
			want: State{
				Phase: Failed, GaveUp: true, Asked: 1, Again: true,
				Answer: runner.Answer{
					Status: runner.Failed, Runs: other,
				},
				Ledger: Ledger{Failed: &Failure{
					Generation: 3, TaskDefinition: v2, Runs: other,
				}},
			},
		},
		"NoLedger": {
			reason: "What cannot be read is asked for again.",
			in: proved(v1, v1, Ledger{}, func(meta, _, _ map[string]any) {
				meta["annotations"] = map[string]any{v1alpha1.AnnotationRollout: "{"}
			}),
			want: State{Phase: Progressing, Deployed: true},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.want.Proven, tc.want.Deployment = true, deployment(tc.in)
			tc.want.Wanted, _ = stack.Text(tc.in, "spec", "forProvider", "taskDefinition")
			tc.want.Current = map[string]stack.Key{v1: key1, v2: key2}[tc.want.Wanted]
			got := Observe(tc.calls.about(t, tc.in), "frontend", true)
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(State{}, "Image")); diff != "" {
				t.Errorf("%s\nObserve(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestADeploymentIsOverWhereItIsTold: target groups make another deployment of the same version, and the runner is
// not asked before ECS has them.
func TestADeploymentIsOverWhereItIsTold(t *testing.T) {
	one := in(proved(v1, v1, Ledger{Proven: atV1}), []string{"b", "a"}, nil)
	if st := Observe(newStack(t, one, "image:1"), "frontend", true); st.Phase != Progressing || st.Deployed {
		t.Errorf("a service that ECS has not registered yet is %s, and may be asked about: %v", st.Phase, st.Deployed)
	}
	told := in(proved(v1, v1, Ledger{Proven: deployment(one)}), []string{"a", "b"}, []string{"b", "a"})
	if st := Observe(newStack(t, told, "image:1"), "frontend", true); st.Phase != RolledOut {
		t.Errorf("the order of target groups makes another deployment: %s", st.Phase)
	}
	less := in(proved(v1, v1, Ledger{Proven: deployment(one)}), []string{"a"}, []string{"a"})
	if st := Observe(newStack(t, less, "image:1"), "frontend", true); st.Phase != Progressing || !st.Deployed {
		t.Errorf("a service that has left a target group is %s, and may be asked about: %v", st.Phase, st.Deployed)
	}
}

// TestWhoTells: the runner tells only about services whose deployments the provider does not wait for.
func TestWhoTells(t *testing.T) {
	waited := proved(v1, v1, Ledger{Failed: died})
	params(waited, "spec", "forProvider")["waitForSteadyState"] = true
	old := service(v1, v1)
	for name, tc := range map[string]struct {
		in    stacktest.Object
		proof bool
		want  bool
	}{
		"ByRunner":   {proved(v1, v1, Ledger{}), true, true},
		"Forbidden":  {proved(v1, v1, Ledger{}), false, false},
		"Waited":     {waited, true, false},
		"WaitedOld":  {old, true, false},
		"NoService":  {nil, true, true},
		"NotEvenOne": {nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Observe(newStack(t, tc.in, "image:1"), "frontend", tc.proof).Proven; got != tc.want {
				t.Errorf("the runner tells: %v", got)
			}
		})
	}
}

func TestJudgeProven(t *testing.T) {
	recorded := Ledger{Proven: atV1, Failed: back}
	held := v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1, Failed: string(key2)}
	cases := map[string]struct {
		reason  string
		in      stacktest.Object
		before  v1alpha1.ServiceStatus
		asked   []stack.Key
		phase   Phase
		current stack.Key
		message string
		record  v1alpha1.ServiceStatus
	}{
		"Held": {
			reason: "What is written is enough: the status may be lost.",
			in:     proved(v1, v1, recorded), asked: []stack.Key{key1, key2},
			phase: RolledBack, current: key2, message: "crashed", record: held,
		},
		"HeldAMomentAgo": {
			reason: "That the version before serves is not proven yet. What the status has stays.",
			in:     proved(v1, v2, Ledger{Failed: back}), before: held, asked: []stack.Key{key1, key2},
			phase: RolledBack, current: key2, message: "crashed", record: held,
		},
		"GivenUp": {
			reason: "The failure is over when the claim asks for the version before again.",
			in:     proved(v1, v1, recorded), before: held, asked: []stack.Key{key1},
			phase: RolledOut, current: key1, record: v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1},
		},
		"Coming": {
			reason: "A newer version has been asked for.",
			in:     proved(v1, v1, Ledger{Proven: atV1}), asked: []stack.Key{key1, key2},
			phase: Progressing, current: key1, message: notYet,
		},
		"FirstFailed": {
			reason: "No status is needed to know it.",
			in:     proved(v1, v1, Ledger{Failed: died}), asked: []stack.Key{key1},
			phase: Failed, current: key1, message: "crashed", record: v1alpha1.ServiceStatus{Failed: string(key1)},
		},
		"NothingIsForged": {
			reason: "What the status says of a failure does not count.",
			in:     proved(v1, v1, Ledger{Proven: atV1}), before: held, asked: []stack.Key{key1},
			phase: RolledOut, current: key1, record: v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, tc.in, "image:1")
			for _, k := range tc.asked {
				s.AddObject(k, "", schema.GroupVersionKind{Version: "v1", Kind: "X"}, map[string]any{})
			}
			got := Judge(s, Asked{Name: "frontend", Image: "image:1", Before: tc.before}, Observe(s, "frontend", true))
			if got.Phase != tc.phase || got.Current != tc.current || got.Message != tc.message {
				t.Errorf("%s\nJudge(): %s of %s: %q", tc.reason, got.Phase, got.Current, got.Message)
			}
			if diff := cmp.Diff(tc.record, Record(tc.before, got)); diff != "" {
				t.Errorf("%s\nRecord(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLedger(t *testing.T) {
	if text := (Ledger{}).String(); text != "" {
		t.Errorf("an empty ledger is written: %s", text)
	}
	st := State{Wanted: v1, Ledger: Ledger{Proven: atV1, Failed: back}}
	for today, want := range map[string]*Failure{v2: back, "": back, v3: nil, v1: nil} {
		if diff := cmp.Diff(Ledger{Proven: atV1, Failed: want}, st.Next(today)); diff != "" {
			t.Errorf("when the claim asks for %q: -want, +got:\n%s", today, diff)
		}
	}
	st.Wanted = v2
	if st.Next(v3).Failed == nil {
		t.Error("a service that still asks for what has failed forgets it")
	}
	for _, tc := range []struct {
		failed *Failure
		arn    string
		runs   string
	}{
		{back, v2, v1}, {back, v3, ""}, {back, "", ""}, {died, v1, ""}, {nil, v2, ""},
		{&Failure{TaskDefinition: v2, Runs: "other"}, v2, ""},
	} {
		runs, held := State{Ledger: Ledger{Failed: tc.failed}}.Holds(tc.arn)
		if runs != tc.runs || held != (tc.runs != "") {
			t.Errorf("%v holds %q: %q, %v", tc.failed, tc.arn, runs, held)
		}
	}
}
