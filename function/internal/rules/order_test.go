package rules

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// composer composes a VPC, and a second one for as long as needs allows it.
func composer(needs func(vpc map[string]any) bool) simulator.Runner {
	return simulator.RunnerFn(
		func(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
			rsp := &fnv1.RunFunctionResponse{Desired: &fnv1.State{Resources: map[string]*fnv1.Resource{}}}
			add := func(key string) {
				o, err := structpb.NewStruct(map[string]any{
					"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "VPC",
					"metadata": map[string]any{"name": key},
					"spec":     map[string]any{"forProvider": map[string]any{"region": "us-east-1"}},
				})
				if err != nil {
					return
				}
				rsp.Desired.Resources[key] = &fnv1.Resource{Resource: o}
			}
			add("vpc")
			all := req.GetObserved().GetResources()
			if vpc, ok := all["vpc"]; ok && needs(vpc.GetResource().AsMap()) || all["second"] != nil {
				add("second")
			}
			return rsp, nil
		})
}

func isReady(o map[string]any) bool {
	for _, c := range objects(lookup(o, "status", "conditions")) {
		if c["type"] == "Ready" {
			return c["status"] == "True"
		}
	}
	return false
}

func isKnown(o map[string]any) bool { return text(o, "status", "atProvider", "ownerId") != "" }

func isThere(map[string]any) bool { return true }

// TestOrder finds out what an object waits for, and whether a gate holds.
func TestOrder(t *testing.T) {
	gate := func(s State) Gate { return Gate{Until: "vpc", State: s, Held: []string{"second"}} }
	cases := map[string]struct {
		reason string
		needs  func(map[string]any) bool
		order  string
		gate   Gate
		wrong  []string
	}{
		"Works": {"The second waits until the VPC works.", isReady, "2 second after vpc", gate(Unready), nil},
		"Known": {"The second waits until the VPC is known.", isKnown, "2 second with vpc", gate(Unknown), nil},
		"Value": {"The second waits for a value.", isKnown, "2 second with vpc", gate(Says("ownerId", "")), nil},
		"There": {"The second waits for the object.", isThere, "2 second beside vpc", gate(Missing), nil},
		"TooEarly": {
			"A gate that does not hold must be found.", isKnown, "2 second with vpc", gate(Unready),
			[]string{"second is asked for while vpc does not work"},
		},
		"NoSuch": {
			"A gate for a key that is not composed has no effect.", isReady, "2 second after vpc",
			Gate{Until: "vpc", State: Unready, Held: []string{"third"}}, []string{"third is not composed"},
		},
		"NotFirst": {
			"An object cannot wait for one that comes later.", isReady, "2 second after vpc",
			Gate{Until: "second", State: Unready, Held: []string{"second"}},
			[]string{"second comes in pass 2, and nothing of second before it"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			h, err := Live(t.Context(), composer(tc.needs), claimOf(nil), 4)
			if err != nil {
				t.Fatal(err)
			}
			order, err := h.Order(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := order[1].String(); len(order) != 2 || got != tc.order {
				t.Errorf("%s\nthe order is %v, want %s", tc.reason, order, tc.order)
			}
			wrong, err := tc.gate.Check(t.Context(), h)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.wrong, wrong); diff != "" {
				t.Errorf("%s\nCheck(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestLost: a recorded order may grow, and must not shrink unnoticed.
func TestLost(t *testing.T) {
	cases := map[string]struct {
		reason, was, is string
		want            []string
	}{
		"Same": {"", "3 db after a b with c", "3 db after a b with c", nil},
		"More": {"Another wait loses nothing.", "3 db after a", "4 db after a b with c", nil},
		"Stronger": {
			"What works is known, and what is known is there.", "3 db with a beside b", "3 db after a with b", nil,
		},
		"Weaker": {
			"What is known may not work yet.", "3 db after a", "3 db with a",
			[]string{"db does not wait until a works"},
		},
		"Gone": {
			"", "3 db after a with b beside c", "3 db",
			[]string{
				"db does not wait until a works", "db does not wait until b is known",
				"db does not wait until c is there",
			},
		},
		"Earlier":   {"", "3 db", "2 db", []string{"db comes in pass 2, before pass 3"}},
		"OtherWait": {"", "3 db after a", "3 db after b", []string{"db does not wait until a works"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			was, err := ParseWait(tc.was)
			if err != nil {
				t.Fatal(err)
			}
			is, err := ParseWait(tc.is)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.was, was.String()); diff != "" {
				t.Errorf("a wait is not read as it is written: -want, +got:\n%s", diff)
			}
			if diff := cmp.Diff(tc.want, was.Lost(is)); diff != "" {
				t.Errorf("%s\nLost(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestParseWaitFails: a line that somebody has edited by hand may be wrong.
func TestParseWaitFails(t *testing.T) {
	for _, line := range []string{"", "3", "three db", "3 db a after b"} {
		if w, err := ParseWait(line); err == nil {
			t.Errorf("%q is read as %v", line, w)
		}
	}
}
