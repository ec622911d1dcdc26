package schema

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

const minimal = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata: {name: shop, namespace: team-shop}
spec:
  frontend: {image: registry.example.org/shop/frontend:1.0.0}
  backend: {image: registry.example.org/shop/backend:1.0.0}
`

func TestDefault(t *testing.T) {
	obj, err := Decode([]byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	if err := Default(obj); err != nil {
		t.Fatal(err)
	}
	if errs := Validate(obj, nil); len(errs) > 0 {
		t.Errorf("The minimal claim must be good: %v", errs)
	}

	spec := obj["spec"].(map[string]any)
	cases := map[string]struct {
		reason string
		got    any
		want   any
	}{
		"AField": {
			reason: "A field without a value gets its default.",
			got:    spec["region"],
			want:   "us-east-1",
		},
		"AnObject": {
			reason: "A missing object gets the defaults of all its fields.",
			got:    spec["frontend"].(map[string]any)["scaling"],
			want: map[string]any{
				"min": int64(2), "max": int64(4), "cpu": int64(70), "memory": int64(80),
				"scaleOutSeconds": int64(60), "scaleInSeconds": int64(300),
			},
		},
		"AListOfObjects": {
			reason: "The default queue has the defaults of a queue.",
			got:    spec["queues"],
			want: []any{map[string]any{
				"name": "jobs", "maxReceiveCount": int64(3),
				"visibilityTimeoutSeconds": int64(60), "retentionDays": int64(4),
				"receiveWaitSeconds": int64(20), "delaySeconds": int64(0), "maxMessageKiB": int64(256),
			}},
		},
		"NoDefault": {
			reason: "A field whose default depends on the environment stays empty.",
			got:    spec["deletionProtection"],
			want:   nil,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("%s\nDefault(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestValidateLetsCrossplaneWrite(t *testing.T) {
	obj, err := Decode([]byte(minimal + `
  crossplane: {compositionRef: {name: kasha}, resourceRefs: []}
status:
  conditions: [{type: Ready, status: "True"}]
`))
	if err != nil {
		t.Fatal(err)
	}
	if err := Default(obj); err != nil {
		t.Fatal(err)
	}
	if errs := Validate(obj, nil); len(errs) > 0 {
		t.Errorf("The fields that Crossplane adds must be good: %v", errs)
	}
}

func TestExamplesAreGood(t *testing.T) {
	files, err := filepath.Glob("../../../examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("found no examples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			manifest, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			obj, err := Decode(manifest)
			if err != nil {
				t.Fatal(err)
			}
			if err := Default(obj); err != nil {
				t.Fatal(err)
			}
			for _, err := range Validate(obj, nil) {
				t.Error(err)
			}
			// Applying a claim a second time must not be a change.
			for _, err := range Validate(obj, obj) {
				t.Errorf("as an update of itself: %v", err)
			}
		})
	}
}

// TestTheFunctionDoesNotShipThis checks that the function does not import the API server's
// libraries and their CEL compiler.
func TestTheFunctionDoesNotShipThis(t *testing.T) {
	const main = "../.."
	if sources, _ := filepath.Glob(filepath.Join(main, "*.go")); len(sources) == 0 {
		t.Skip("there is no function yet")
	}

	// With -e, a package that does not compile does not fail this test.
	out, err := exec.Command("go", "list", "-e", "-deps", main).Output()
	if err != nil {
		t.Fatalf("cannot list what the function imports: %v", err)
	}
	for _, pkg := range strings.Fields(string(out)) {
		if strings.HasSuffix(pkg, "/function/internal/schema") || strings.HasPrefix(pkg, "k8s.io/apiserver/") ||
			strings.HasPrefix(pkg, "github.com/google/cel-go/") {
			t.Errorf("the function imports %s, which is for tests and tools", pkg)
		}
	}
}

func TestSuggestion(t *testing.T) {
	k, err := claim()
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct{ reason, path, want string }{
		"Swapped":  {"Two letters are swapped.", "spec.frontend.imgae", "image"},
		"Missing":  {"A letter is missing.", "spec.database.instanceClas", "instanceClass"},
		"Case":     {"Only the case differs.", "spec.database.storageGib", "storageGiB"},
		"Unit":     {"The unit has another spelling.", "spec.database.storageGb", "storageGiB"},
		"InAList":  {"Elements of lists have fields too.", "spec.queues[0].nmae", "name"},
		"InAMap":   {"Values of maps have fields too.", "spec.backend.secrets.TOKEN.secretArn", "secretARN"},
		"Nothing":  {"Nothing beside it is similar.", "spec.frontend.autoscaler", ""},
		"Short":    {"A short name that shares a letter is not similar.", "spec.az", ""},
		"NoObject": {"The object around it does not exist.", "spec.fronted.image", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := suggestion(k.schema, tc.path); got != tc.want {
				t.Errorf("%s\nsuggestion(%q): want %q, got %q", tc.reason, tc.path, tc.want, got)
			}
		})
	}
}

// TestAdmitSaysWhatToCorrect: the first line names a field, and suggests a similar one.
func TestAdmitSaysWhatToCorrect(t *testing.T) {
	obj, err := Decode([]byte(strings.Replace(minimal, "frontend: {image:", "frontend: {imgae:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	const want = "the API server would refuse it; correct these fields:\n" +
		"  spec.frontend.imgae: unknown field; did you mean image?\n" +
		"  spec.frontend.image: Required value\n" +
		"  The other rules were not checked: there may be more to correct after this."
	err = Admit(obj, nil)
	if err == nil {
		t.Fatal("a claim without an image is accepted")
	}
	got := strings.Split(err.Error(), "\n")
	slices.Sort(got[1:3])
	lines := strings.Split(want, "\n")
	slices.Sort(lines[1:3])
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Errorf("Admit(...): -want, +got:\n%s", diff)
	}
}

// TestVariableThatYAMLReadsAsABoolean: the value on reaches a container as on, not as true,
// or the author is told.
func TestVariableThatYAMLReadsAsABoolean(t *testing.T) {
	for value, want := range map[string]string{
		"on": "boolean", "8": "integer", "1.5": "number", `"on"`: "", "'8'": "",
	} {
		manifest := strings.Replace(minimal, "frontend: {image:", "frontend: {env: {FEATURE: "+value+"}, image:", 1)
		obj, err := Decode([]byte(manifest))
		if err != nil {
			t.Fatal(err)
		}
		err = Admit(obj, nil)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s is refused: %v", value, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), "spec.frontend.env.FEATURE") ||
			!strings.Contains(err.Error(), "write it in quotes")):
			t.Errorf("%s, a %s, is not refused with what to write: %v", value, want, err)
		}
	}
}

// TestValueOfAnotherType: the message names a type, and people write values.
func TestValueOfAnotherType(t *testing.T) {
	for field, want := range map[string]string{
		`cpu: "256"`:        "write a whole number",
		`cpu: 256m`:         "write a whole number, without quotes and without a unit",
		`initProcess: "no"`: "write true or false, without quotes",
		`command: serve`:    "write a list, for example [a, b]",
		`scaling: 3`:        "write fields, for example {name: value}",
	} {
		obj, err := Decode([]byte(strings.Replace(minimal, "frontend: {image:", "frontend: {"+field+", image:", 1)))
		if err != nil {
			t.Fatal(err)
		}
		if err := Admit(obj, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, got %v", field, want, err)
		}
	}
}

// TestRefusalsAreReadable: each line is about a field, with the value that was written and
// what to write, and nothing is said twice.
func TestRefusalsAreReadable(t *testing.T) {
	const notChecked = "The other rules were not checked: there may be more to correct after this."
	for over, want := range map[string][]string{
		`frontend: {cpu: 0.5, image:`: {
			"spec.frontend.cpu: Invalid value: 0.5: cannot use a number here: the field takes a whole number; " +
				"write a whole number, without quotes and without a unit", notChecked,
		},
		`frontend: {cpu: "512", image:`: {
			`spec.frontend.cpu: Invalid value: "512": cannot use a text here: the field takes a whole number; ` +
				"write a whole number, without quotes and without a unit", notChecked,
		},
		`frontend: {cpu: 300, image:`: {
			"spec.frontend.cpu: Unsupported value: 300: supported values: 256, 512, 1024, 2048, 4096, 8192, 16384",
			notChecked,
		},
		`frontend: {spot: {percentage: 1}, image:`: {
			"spec.frontend.spot.percentage: unknown field; did you mean percent?",
		},
		`frontend: {spot: {fallback: 1}, image:`: {
			"spec.frontend.spot.fallback: unknown field; remove it, or write one of onDemandBase, percent",
		},
		`frontend: {bananas: 1, image:`: {
			"spec.frontend.bananas: unknown field; remove it, or write one that kubectl explain " +
				"kashaclaim.spec.frontend lists",
		},
		"environment: production\n  frontend: {image:": {
			`spec.environment: Unsupported value: "production": supported values: "Production", "NonProduction"; ` +
				"did you mean Production?", notChecked,
		},
		"network: {natGateways: 2}\n  frontend: {image:": {
			`spec.network.natGateways: Unsupported value: 2: supported values: "PerZone", "Single", "None"`,
			notChecked,
		},
		"queues: {name: jobs}\n  frontend: {image:": {
			`spec.queues: Invalid value: {"name":"jobs"}: cannot use fields here: the field takes a list; ` +
				"write a list, for example [a, b]", notChecked,
		},
	} {
		obj, err := Decode([]byte(strings.Replace(minimal, "frontend: {image:", over, 1)))
		if err != nil {
			t.Fatal(err)
		}
		err = Admit(obj, nil)
		if err == nil {
			t.Errorf("%s is accepted", over)
			continue
		}
		got := strings.Split(strings.ReplaceAll(err.Error(), "\n  ", "\n"), "\n")[1:]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", over, diff)
		}
	}
}

// TestStatusOfAnotherVersion: a claim that kubectl printed has the status of the version that
// wrote it.
func TestStatusOfAnotherVersion(t *testing.T) {
	obj, err := Decode([]byte(minimal + "status: {rollouts: {frontend: Done}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Admit(obj, nil); err != nil {
		t.Error(err)
	}
}

// TestNameIsRefusedOnce: the claim's rule says more than the API server's own.
func TestNameIsRefusedOnce(t *testing.T) {
	obj, err := Decode([]byte(strings.Replace(minimal, "name: shop", "name: läden", 1)))
	if err != nil {
		t.Fatal(err)
	}
	err = Admit(obj, nil)
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "choose a name that") {
		t.Errorf("want one line that says what to choose, got: %v", err)
	}
}

// TestEveryRefusalOfATextHasWords: most people cannot read a pattern, so words stand beside it.
func TestEveryRefusalOfATextHasWords(t *testing.T) {
	for name, load := range map[string]func() (*extv1.CustomResourceDefinition, error){
		"claim": CRD, "guardrail": GuardrailCRD,
	} {
		crd, err := load()
		if err != nil {
			t.Fatal(err)
		}
		bare(t, name, crd.Spec.Versions[0].Schema.OpenAPIV3Schema)
	}
}

// bare reports patterns, and rules whose messages do not say what to write.
func bare(t *testing.T, at string, s *extv1.JSONSchemaProps) {
	t.Helper()
	if s.Pattern != "" {
		t.Errorf("%s has the bare pattern %s; write a rule with a message", at, s.Pattern)
	}
	for _, r := range s.XValidations {
		what, do, _ := strings.Cut(r.Message, "; ")
		if !strings.HasPrefix(what, "cannot ") || !strings.Contains(what, ": ") || do == "" {
			t.Errorf("%s has a message that is not: cannot do it: why; what to do instead: %q", at, r.Message)
		}
	}
	for name, p := range s.Properties {
		bare(t, at+"."+name, &p)
	}
	if s.Items != nil && s.Items.Schema != nil {
		bare(t, at+"[]", s.Items.Schema)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		bare(t, at+"{}", s.AdditionalProperties.Schema)
	}
}
