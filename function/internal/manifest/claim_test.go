package manifest

import (
	"path/filepath"
	"strings"
	"testing"
)

const minimal = "apiVersion: platform.kasha.io/v1alpha1\nkind: KashaClaim\n" +
	"metadata: {name: shop, namespace: team-shop}\n"

func TestParseClaim(t *testing.T) {
	cases := map[string]struct {
		reason string
		yaml   string
		ns     string
		err    string
	}{
		"Claim": {
			reason: "A claim is read unchanged.",
			yaml:   minimal,
			ns:     "team-shop",
		},
		"CommentsAround": {
			reason: "Documents without content do not count.",
			yaml:   "# Copyright\n---\n" + minimal + "---\n# the end\n",
			ns:     "team-shop",
		},
		"NoNamespace": {
			reason: "kubectl uses the namespace default, so render does too.",
			yaml:   strings.Replace(minimal, ", namespace: team-shop", "", 1),
			ns:     "default",
		},
		"Empty": {reason: "An empty file has no claim.", yaml: "# nothing\n", err: "0 YAML documents"},
		"Two": {
			reason: "Only one claim can be rendered.",
			yaml:   minimal + "---\n" + minimal,
			err:    "2 YAML documents",
		},
		"NotYAML": {reason: "The error says that the text cannot be parsed.", yaml: "a: [", err: "not valid YAML"},
		"Tabs": {
			reason: "The parser only says that a character cannot start a token.",
			yaml:   "kind: KashaClaim\nspec:\n\tregion: eu-west-1\n",
			err:    "replace the tabs",
		},
		"NoKind": {reason: "The error says what to write.", yaml: "spec: {}\n", err: "write kind: KashaClaim"},
		"Twice": {
			reason: "A field must not occur twice.",
			yaml:   minimal + "kind: KashaClaim\n",
			err:    "not valid YAML",
		},
		"NotClaim": {
			reason: "The error names the other kind.",
			yaml:   "apiVersion: v1\nkind: Secret\n",
			err:    `it is a "Secret" of "v1"`,
		},
		"NoName": {
			reason: "Resources are named after the claim.",
			yaml:   "apiVersion: platform.kasha.io/v1alpha1\nkind: KashaClaim\n",
			err:    "set metadata.name",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, err := ParseClaim([]byte(tc.yaml))
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("%s\nParseClaim(...): want an error with %q, got %v", tc.reason, tc.err, err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s\nParseClaim(...): %v", tc.reason, err)
			}
			if got := c.Namespace(); got != tc.ns {
				t.Errorf("%s\nNamespace(): want %q, got %q", tc.reason, tc.ns, got)
			}
		})
	}
}

func TestReadClaimNoFile(t *testing.T) {
	_, err := ReadClaim(filepath.Join(t.TempDir(), "claim.yaml"))
	if err == nil || !strings.Contains(err.Error(), "CLAIM=file") {
		t.Errorf("ReadClaim(...): want an error that says how to name a file, got %v", err)
	}
}

// TestUIDIsKept: names of a living claim can be rendered with its UID.
func TestUIDIsKept(t *testing.T) {
	c := &Claim{}
	c.Object = map[string]any{
		"metadata": map[string]any{"name": "shop", "uid": "5f0c1c2e-7a52-4b8e-9d7c-0123456789ab"},
	}
	if want, got := "5f0c1c2e-7a52-4b8e-9d7c-0123456789ab", c.UID(); want != got {
		t.Errorf("UID(): want %s, got %s", want, got)
	}
}

// Names are derived from the UID, so a simulated claim and a rendered one must
// have the same.
func TestUIDIsTheEngines(t *testing.T) {
	c, err := ParseClaim([]byte(strings.Replace(minimal, "team-shop", "default", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if want, got := "9c79cf02-ab3f-5ac3-83f6-c175b4d7bd93", c.UID(); want != got {
		t.Errorf("UID(): want %s, got %s", want, got)
	}
}
