package kinds

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// each runs a test for every record.
func each(t *testing.T, test func(t *testing.T, r *Record)) {
	t.Helper()
	for i := range Records {
		t.Run(Records[i].String(), func(t *testing.T) { test(t, &Records[i]) })
	}
}

// TestRecordsAreOfTheirType: the scheme takes the kind from GVK and the content
// from Object.
func TestRecordsAreOfTheirType(t *testing.T) {
	each(t, func(t *testing.T, r *Record) {
		of := reflect.TypeOf(r.Object).Elem()
		path := "/namespaced/" + r.Service() + "/" + r.GVK.Version
		if of.Name() != r.GVK.Kind || !strings.HasSuffix(of.PkgPath(), path) {
			t.Errorf("Object is a %s of %s, want %s of ...%s", of.Name(), of.PkgPath(), r.GVK.Kind, path)
		}
	})
}

// TestRecordsAreInOrder: the generated files list the kinds in this order.
func TestRecordsAreInOrder(t *testing.T) {
	for i := range Records[1:] {
		if a, b := Records[i].String(), Records[i+1].String(); a >= b {
			t.Errorf("%s stands before %s, want the order of the names, each once", a, b)
		}
	}
}

// TestActions: the provider's policy is made of them, and has no wildcard.
func TestActions(t *testing.T) {
	action := regexp.MustCompile(`^[a-z0-9-]+:[A-Z][A-Za-z]+$`)
	each(t, func(t *testing.T, r *Record) {
		if len(r.Actions) == 0 {
			t.Error("no actions are listed, so the provider may not create it")
		}
		for i, a := range r.Actions {
			if !action.MatchString(a) {
				t.Errorf("%q is not one action", a)
			}
			if slices.Contains(r.Actions[:i], a) {
				t.Errorf("%s is listed twice", a)
			}
		}
	})
}

// TestProofs: a kind has proofs, or a reason why it needs none. A proof is a text that
// the provider reads from AWS; a misspelt one would never be set.
func TestProofs(t *testing.T) {
	each(t, func(t *testing.T, r *Record) {
		if (len(r.Proofs) == 0) == (r.NoProof == "") {
			t.Errorf("it has %d proofs and NoProof %q, want either proofs or NoProof", len(r.Proofs), r.NoProof)
		}
		for _, p := range r.Proofs {
			f, ok := field(r, "Status", "AtProvider", strings.Split(p.Field, ".")...)
			if !ok || f != reflect.TypeFor[*string]() {
				t.Errorf("status.atProvider.%s is a %v, want a text", p.Field, f)
			}
		}
	})
}

// TestSimulatedProves: what the simulator answers proves that the resource works,
// or no simulated claim would become ready.
func TestSimulatedProves(t *testing.T) {
	each(t, func(t *testing.T, r *Record) {
		params := texts(t, r)
		a := &Answer{Region: "us-east-1", Name: "shop-x", Params: params, At: maps.Clone(params)}
		r.Answer(a)
		for _, p := range r.Proofs {
			v, _ := a.At[p.Field].(string)
			if v == "" || len(p.OneOf) > 0 && !slices.Contains(p.OneOf, v) {
				t.Errorf("the simulator answers %s %q, which proves nothing", p.Field, v)
			}
		}
		if a.External() == "" {
			t.Error("the simulator gives it no name in AWS")
		}
	})
}

// texts are parameters for a resource of a kind: every text that it takes.
func texts(t *testing.T, r *Record) map[string]any {
	t.Helper()
	params, ok := field(r, "Spec", "ForProvider")
	if !ok {
		t.Fatal("there is no spec.forProvider")
	}
	out := map[string]any{}
	for _, f := range reflect.VisibleFields(params) {
		if f.Type == reflect.TypeFor[*string]() {
			out[jsonName(f)] = "asked-for"
		}
	}
	return out
}

// TestFieldsExist: a change of a misspelt field would not be noticed.
func TestFieldsExist(t *testing.T) {
	each(t, func(t *testing.T, r *Record) {
		fields := slices.Clone(r.Immutable)
		for _, h := range r.Harms {
			fields = append(fields, h.Field)
		}
		for _, f := range fields {
			if _, ok := field(r, "Spec", "ForProvider", f); !ok {
				t.Errorf("there is no field spec.forProvider.%s", f)
			}
		}
	})
}

// guards are fields by which AWS, or the provider, asks for a confirmation before it
// deletes what a resource holds.
var guards = []string{"forceDestroy", "skipFinalSnapshot", "recoveryWindowInDays", "deletionWindowInDays"}

// unguarded are kinds that hold something and have no such field.
var unguarded = []string{"cloudwatchlogs/Group", "ecr/Repository", "sqs/Queue"}

// TestLosses: a kind whose resources hold something has a Loss, which warnings name
// before a deletion.
func TestLosses(t *testing.T) {
	each(t, func(t *testing.T, r *Record) {
		if r.Service() == "cloudwatchevents" {
			// There forceDestroy is about rules that AWS itself manages.
			return
		}
		holds := slices.Contains(unguarded, r.String()) || slices.ContainsFunc(guards, func(f string) bool {
			_, ok := field(r, "Spec", "ForProvider", f)
			return ok
		})
		if holds && r.Loss == "" {
			t.Error("it holds something, but Loss does not say what is lost with it")
		}
		if strings.HasSuffix(r.Loss, ".") {
			t.Errorf("Loss %q ends in a full stop, want a part of a sentence", r.Loss)
		}
	})
}

func TestOf(t *testing.T) {
	cases := map[string]struct{ reason, apiVersion, kind, want string }{
		"Composed": {"The record of the kind.", "rds.aws.m.upbound.io/v1beta1", "Instance", "rds/Instance"},
		"OtherVersion": {
			"An object in the cluster may have an older version.",
			"rds.aws.m.upbound.io/v1",
			"Instance",
			"rds/Instance",
		},
		"OtherGroup": {
			"The group is compared whole, not by its first part.", "rds.example.org/v1beta1", "Instance", "/",
		},
		"OtherKind": {"Not every kind of a group is composed.", "rds.aws.m.upbound.io/v1beta1", "GlobalCluster", "/"},
		"Core":      {"Kubernetes's own kinds have no record.", "v1", "Secret", "/"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Of(tc.apiVersion, tc.kind).String(); got != tc.want {
				t.Errorf("%s: Of() = %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

// field is the type of a field by its names in JSON, below two fields by their
// names in Go.
func field(r *Record, outer, inner string, path ...string) (reflect.Type, bool) {
	of := reflect.TypeOf(r.Object).Elem()
	for _, name := range []string{outer, inner} {
		f, ok := of.FieldByName(name)
		if !ok {
			return nil, false
		}
		of = f.Type
	}
	for _, name := range path {
		if of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		i := slices.IndexFunc(reflect.VisibleFields(of), func(f reflect.StructField) bool {
			return jsonName(f) == name
		})
		if i < 0 {
			return nil, false
		}
		of = reflect.VisibleFields(of)[i].Type
	}
	return of, true
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// TestHarmsSayWhatTheyDo: a warning that a field changes tells nobody anything without its
// consequence.
func TestHarmsSayWhatTheyDo(t *testing.T) {
	for _, r := range Records {
		for _, h := range r.Harms {
			if h.Field == "" || len(strings.Fields(h.Does)) < 2 {
				t.Errorf("%s: the harm of %q does %q", r.GVK.Kind, h.Field, h.Does)
			}
		}
	}
}
