package override

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// TestEveryKindIsDecided: a new kind needs a decision which of its fields are open.
func TestEveryKindIsDecided(t *testing.T) {
	left := maps.Clone(open)
	for i := range kinds.Records {
		r := &kinds.Records[i]
		if open[r.String()] == nil {
			t.Errorf("no row says which fields of %s are open; add one to the table, an empty one for none", r)
		}
		delete(left, r.String())
	}
	for kind := range left {
		t.Errorf("%s is no kind", kind)
	}
}

// TestOpenFieldsCanBeSet: an open field exists, AWS can change it in place or it is in a new
// version, and nothing in it is a reference.
func TestOpenFieldsCanBeSet(t *testing.T) {
	for i := range kinds.Records {
		r := &kinds.Records[i]
		if !slices.IsSorted(open[r.String()]) {
			t.Errorf("%s: the fields are not in order", r)
		}
		for _, p := range open[r.String()] {
			f, err := find(r, strings.Split(strings.ReplaceAll(p, "*", "0"), "."))
			if err != nil {
				t.Errorf("%s: %v", r, err)
				continue
			}
			if isForceNew(r, f) && r.GVK.Kind != "TaskDefinition" {
				t.Errorf("%s: AWS cannot change %s in place", r, p)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		reason           string
		key, path, value string
		// want is in the message. Empty: the override is accepted.
		want string
	}{
		"Text":    {"A field may be set.", "db-primary", "caCertIdentifier", `"rds-ca-rsa4096-g1"`, ""},
		"Number":  {"So may a number.", "db-primary", "iops", `12000`, ""},
		"Object":  {"And a whole object.", "alb-public", "accessLogs", `{"bucket":"logs","enabled":true}`, ""},
		"Element": {"And an element of a list.", "distribution", "origin.0.originShield.enabled", `true`, ""},
		"List": {
			"And a list.", "distribution", "customErrorResponse",
			`[{"errorCode": 404, "responseCode": 404, "responsePagePath": "/404.html"}]`, "",
		},
		"Version": {"A key without its digest.", "taskdefinition-backend", "pidMode", `"task"`, ""},
		"Unknown": {
			"A misspelt key should be helped.", "dbb-primary", "iops", `1`,
			"no resource has this key; perhaps you mean db-primary",
		},
		"UnknownAndFar": {
			"Another one has the list.", "xyz", "iops", `1`, "docs/reference/resources.md has all keys",
		},
		"Misspelt":       {"A misspelt field too.", "db-primary", "caCertIdentifer", `"a"`, "write caCertIdentifier"},
		"MisspeltInside": {"Also inside.", "distribution", "defaultCacheBehavior.compres", `true`, "write compress"},
		"NoList": {
			"Numbers are for lists.", "distribution", "origin.first", `1`, "write the number of its element",
		},
		"TooDeep": {"A text has no fields.", "db-primary", "caCertIdentifier.x", `1`, "end the path there"},
		"Usage":   {"A usage protects data.", "usage-claim", "x", `1`, "it is no resource in AWS"},
		"Connection": {
			"A Secret holds a password.", "connection-1a2b3c4d", "data", `1`, "it is no resource in AWS",
		},
		"Name": {
			"A name decides what the resource is.", "db-primary", "identifier", `"other"`, "it is not open",
		},
		"Protection": {
			"Protection keeps data.", "db-primary", "deletionProtection", `false`, "it is not open",
		},
		"Snapshot": {"So does the final snapshot.", "db-primary", "skipFinalSnapshot", `true`, "it is not open"},
		"Public": {
			"Nothing becomes public.", "bucket-app-public-access", "blockPublicAcls", `false`, "nothing of a",
		},
		"Encryption": {"Encryption stays.", "db-primary", "kmsKeyId", `"x"`, "AWS cannot change it in place"},
		"Replica": {
			"A reference is Kasha's.", "db-primary", "kmsKeyIdRef", `{"name":"x"}`, "it refers to another object",
		},
		"Secret": {
			"A password is nobody's.", "db-primary", "passwordSecretRef", `{"name":"x","key":"y"}`, "refers",
		},
		"Policy": {"Permissions are Kasha's.", "rolepolicy-task", "policy", `"{}"`, "nothing of a RolePolicy"},
		"Trust":  {"Trust, too.", "role-task", "assumeRolePolicy", `"{}"`, "it is not open"},
		"TLS": {
			"TLS stays.", "distribution", "defaultCacheBehavior.viewerProtocolPolicy", `"allow-all"`, "it is not open",
		},
		"Tags": {"Tags are fields of the claim.", "vpc", "tags", `{"a":"b"}`, "it is not open"},
		"ClaimField": {
			"So is the class, whose price and bounds are known.", "db-primary", "instanceClass", `"db.r8g.large"`,
			"it is not open, because",
		},
		"Containers": {
			"An image is judged by guardrails.", "taskdefinition-backend", "containerDefinitions", `"[]"`,
			"AWS cannot change it in place",
		},
		"WrongType":  {"A value must fit.", "db-primary", "iops", `"many"`, `to "many": it is a number`},
		"WrongField": {"Also inside.", "alb-public", "accessLogs", `{"buckett":"x"}`, "fields of bucket, bucketRef"},
		"Letters": {
			"Go reads letters of another case.", "alb-public", "accessLogs", `{"Bucket":"x"}`, "fields of bucket",
		},
		"Reference": {
			"A reference in a value would be the provider's work.", "alb-public", "accessLogs",
			`{"bucketRef":{"name":"x"}}`, "bucketRef refers to another object",
		},
		"Null":    {"A field is not removed.", "db-primary", "iops", `null`, "null does not remove"},
		"Nothing": {"A value is needed.", "db-primary", "iops", ``, "there is no value"},
		"Token":   {"Kasha's own mark.", "topic-alarms", "displayName", `"⟦vpc#id⟧"`, "leave them out"},
		"Expression": {
			"The provider would evaluate it.", "topic-alarms", "displayName", `"${file(1)}"`, "would evaluate",
		},
		"Long": {
			"A spec has bounds.", "topic-alarms", "displayName", `"` + strings.Repeat("a", 5000) + `"`, "4096 bytes",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Overrides = []v1alpha1.Override{
				{Key: tc.key, Path: tc.path, Value: extv1.JSON{Raw: []byte(tc.value)}, Reason: "a test"},
			}
			got := Check(c)
			switch {
			case tc.want == "" && len(got) > 0:
				t.Errorf("%s\n%s: %s", tc.reason, got[0].Field, got[0].Message)
			case tc.want != "" && (len(got) != 1 || !strings.Contains(got[0].Message, tc.want)):
				t.Errorf("%s\ngot %v, want one mistake with %q", tc.reason, got, tc.want)
			}
		})
	}
}

// TestOverlaps: two overrides of one field depend on their order.
func TestOverlaps(t *testing.T) {
	of := func(key, path, value string) v1alpha1.Override {
		return v1alpha1.Override{Key: key, Path: path, Value: extv1.JSON{Raw: []byte(value)}}
	}
	c := &v1alpha1.KashaClaim{}
	c.Spec.Overrides = []v1alpha1.Override{
		of("alb-public", "accessLogs", `{"enabled":false}`), of("alb-public", "accessLogs.enabled", `true`),
		of("alb-internal", "accessLogs.enabled", `true`), of("alb-public", "clientKeepAlive", `60`),
	}
	got := Check(c)
	if len(got) != 1 || got[0].Field != "spec.overrides[1].path" || !strings.Contains(got[0].Message, "twice") {
		t.Errorf("got %v, want one mistake, about the second", got)
	}
}

func TestOf(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Spec.Overrides = []v1alpha1.Override{
		{Key: "distribution", Path: "origin.0.x", Value: extv1.JSON{Raw: []byte(`{"a":[1]}`)}},
	}
	got := Of(c)
	if len(got) != 1 || got[0].Key != "distribution" || !slices.Equal(got[0].Path, []string{"origin", "0", "x"}) ||
		!reflect.DeepEqual(got[0].Value, map[string]any{"a": []any{1.0}}) || got[0].Field != "spec.overrides[0]" {
		t.Errorf("Of(): %+v", got)
	}
}
