package tables

import (
	"maps"
	"strings"
	"testing"

	"k8s.io/utils/ptr"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

type object = map[string]any

// compose composes a claim's tables beside an observed table-orders, if there is one.
func compose(protected bool, was object, tables ...v1alpha1.Table) ([]*stack.Resource, error) {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace, c.Spec.Network.CIDR = "shop", "team", "10.0.0.0/16"
	c.Spec.DeletionProtection, c.Spec.Tables = &protected, tables
	key := stacktest.Object{"status": object{"atProvider": object{"arn": "arn:key"}}}
	there := map[stack.Key]stack.Observed{"key-data": key}
	if was != nil {
		there["table-orders"] = stacktest.Object(was)
	}
	s := stack.New(stack.Input{Claim: c, Observed: there, Scheme: kinds.Scheme})
	Compose(s, plan.New(s))
	return s.Resources()
}

// params are those of the only table that is composed, or nil.
func params(t *testing.T, rs []*stack.Resource) object {
	t.Helper()
	switch len(rs) {
	case 0:
		return nil
	case 1:
		v, _ := stacktest.Object(rs[0].Object).Lookup("spec", "forProvider")
		return v.(object) //nolint:forcetypeassert // Every table has some.
	}
	t.Fatalf("want one table, got %d", len(rs))
	return nil
}

// table is an observed table with some parameters, as AWS has it.
func observed(params object, protection any) object {
	spec := object{
		"hashKey": "pk", "attribute": []any{object{"name": "pk", "type": "S"}},
		"deletionProtectionEnabled": protection,
	}
	maps.Copy(spec, params)
	return object{
		"metadata": object{"annotations": object{"crossplane.io/external-name": "shop-orders"}},
		"spec":     object{"forProvider": spec, "managementPolicies": []any{"Observe", "Create", "Update", "Delete"}},
		"status":   object{"atProvider": object{"arn": "arn:orders", "deletionProtectionEnabled": protection}},
	}
}

func orders() v1alpha1.Table {
	return v1alpha1.Table{Name: "orders", HashKey: v1alpha1.KeyAttribute{Name: "pk", Type: v1alpha1.AttributeString}}
}

func with(change func(*v1alpha1.Table)) v1alpha1.Table {
	t := orders()
	change(&t)
	return t
}

// TestTheOrderOfIndexesMeansNothing: attributes are those of all keys, each once. Neither depends on the order in
// the claim, which would be a difference.
func TestTheOrderOfIndexesMeansNothing(t *testing.T) {
	index := func(name, hash string) v1alpha1.TableIndex {
		return v1alpha1.TableIndex{
			Name: name, Projection: v1alpha1.ProjectAll,
			HashKey:  v1alpha1.KeyAttribute{Name: hash, Type: v1alpha1.AttributeNumber},
			RangeKey: &v1alpha1.KeyAttribute{Name: "pk", Type: v1alpha1.AttributeString},
		}
	}
	a, b := index("by-week", "week"), index("by-day", "day")
	var all []object
	for _, list := range [][]v1alpha1.TableIndex{{a, b}, {b, a}} {
		rs, err := compose(true, nil, with(func(t *v1alpha1.Table) { t.Indexes = list }))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, params(t, rs))
	}
	if diff := cmp.Diff(all[0], all[1]); diff != "" {
		t.Errorf("another order gives another table:\n%s", diff)
	}
	want := []any{
		object{"name": "day", "type": "N"}, object{"name": "pk", "type": "S"}, object{"name": "week", "type": "N"},
	}
	if diff := cmp.Diff(want, all[0]["attribute"]); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

// TestWhatIsTakenAwayIsWritten: AWS keeps a limit that is left out, and wants the name of the attribute to turn the
// expiry off. Once AWS answers that they are gone, they are left out, as in a table that never had them.
func TestWhatIsTakenAwayIsWritten(t *testing.T) {
	asked := object{
		"onDemandThroughput": object{"maxReadRequestUnits": 10.0, "maxWriteRequestUnits": -1.0},
		"ttl":                object{"attributeName": "expiresAt", "enabled": true},
	}
	off := object{
		"onDemandThroughput": object{"maxReadRequestUnits": -1.0, "maxWriteRequestUnits": -1.0},
		"ttl":                object{"attributeName": "expiresAt", "enabled": false},
	}
	cases := map[string]struct {
		reason        string
		asked, answer object
		want          object
	}{
		"Still":  {"AWS has both.", asked, asked, off},
		"Silent": {"Nothing is known, and what was asked counts.", asked, nil, off},
		"Elsewhere": {
			"A limit of an index counts, too.", nil,
			object{"globalSecondaryIndex": []any{object{"onDemandThroughput": object{"maxReadRequestUnits": 10.0}}}},
			object{"onDemandThroughput": off["onDemandThroughput"], "ttl": nil},
		},
		"Gone":  {"AWS has neither.", off, object{"ttl": off["ttl"]}, object{"onDemandThroughput": nil, "ttl": nil}},
		"Never": {"Nobody asked for them.", nil, object{}, object{"onDemandThroughput": nil, "ttl": nil}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			was := observed(tc.asked, true)
			if tc.answer == nil {
				was["status"] = object{}
			} else {
				maps.Copy(was["status"].(object)["atProvider"].(object), tc.answer)
			}
			rs, err := compose(true, was, orders())
			if err != nil {
				t.Fatal(err)
			}
			p := params(t, rs)
			for field, v := range tc.want {
				if diff := cmp.Diff(v, p[field]); diff != "" {
					t.Errorf("%s %s (-want +got):\n%s", tc.reason, field, diff)
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	sorted := observed(object{
		"rangeKey": "sk", "attribute": []any{object{"name": "pk", "type": "S"}, object{"name": "sk", "type": "N"}},
		"globalSecondaryIndex": []any{object{"name": "by-day"}},
	}, true)
	key := func(name string, of v1alpha1.AttributeType) *v1alpha1.KeyAttribute {
		return &v1alpha1.KeyAttribute{Name: name, Type: of}
	}
	same := []v1alpha1.TableIndex{{Name: "by-day", HashKey: *key("day", "String")}}
	cases := map[string]struct {
		reason    string
		was       object
		protected bool
		tables    []v1alpha1.Table
		want      string
	}{
		"Same": {
			"Nothing changes.", sorted, true,
			[]v1alpha1.Table{with(func(t *v1alpha1.Table) { t.RangeKey, t.Indexes = key("sk", "Number"), same })}, "",
		},
		"OtherType": {
			"A type is a part of the key.", sorted, true,
			[]v1alpha1.Table{with(func(t *v1alpha1.Table) { t.RangeKey, t.Indexes = key("sk", "String"), same })},
			"cannot change the key of the table orders",
		},
		"NoRangeKey": {
			"The key has two parts.", sorted, true,
			[]v1alpha1.Table{with(func(t *v1alpha1.Table) { t.Indexes = same })},
			"cannot change the key of the table orders",
		},
		"ANewRangeKey": {
			"The key has one part.", observed(nil, true), true,
			[]v1alpha1.Table{with(func(t *v1alpha1.Table) { t.RangeKey = key("sk", "Number") })},
			"cannot change the key of the table orders",
		},
		"LastIndex": {
			"The provider would leave it in AWS.", sorted, true,
			[]v1alpha1.Table{with(func(t *v1alpha1.Table) { t.RangeKey = key("sk", "Number") })},
			"cannot remove the last index of the table orders",
		},
		"Removed": {
			"The items would be lost.", sorted, true, nil, "cannot remove the table orders",
		},
		"RemovedUnprotected": {"The author has turned the protection off.", sorted, false, nil, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := compose(tc.protected, tc.was, tc.tables...)
			refused := err != nil && strings.Contains(err.Error(), tc.want)
			if tc.want == "" && err != nil || tc.want != "" && !refused {
				t.Errorf("%s want %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

// TestRelease: AWS deletes no table whose protection is on, so the object stays until AWS has turned it off. What is
// not known keeps it.
func TestRelease(t *testing.T) {
	retained := observed(nil, false)
	retained["spec"].(object)["managementPolicies"] = []any{"Observe", "Create", "Update"}
	silent, neverMade := observed(nil, false), observed(nil, false)
	silent["status"] = object{"atProvider": object{"arn": "arn:orders"}}
	neverMade["status"] = object{}
	asked := observed(nil, true)
	asked["status"] = object{}
	cases := map[string]struct {
		reason string
		was    object
		stays  bool
	}{
		"Protected":   {"AWS would refuse.", observed(nil, true), true},
		"Retained":    {"The provider would leave it in AWS.", retained, true},
		"Silent":      {"AWS does not report the protection.", silent, true},
		"Asked":       {"The provider may be about to turn it on.", asked, true},
		"Unprotected": {"AWS deletes it.", observed(nil, false), false},
		"NeverMade":   {"There is nothing to protect.", neverMade, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rs, err := compose(false, tc.was)
			if err != nil {
				t.Fatal(err)
			}
			p := params(t, rs)
			if (p != nil) != tc.stays {
				t.Fatalf("%s stays: %v, want %v", tc.reason, p != nil, tc.stays)
			}
			if p == nil {
				return
			}
			if p["deletionProtectionEnabled"] != false || p["hashKey"] != "pk" {
				t.Errorf("want the same table without protection, got %v", p)
			}
			o := stacktest.Object(rs[0].Object)
			if stack.Retained(o) {
				t.Error("the table would stay in AWS")
			}
			if n, _ := stack.Text(o, "metadata", "annotations", "crossplane.io/external-name"); n != "shop-orders" {
				t.Errorf("the provider would delete the table %q", n)
			}
		})
	}
}

// TestHistory: 35 days unless the claim says otherwise. AWS takes no number of days while it is off.
func TestHistory(t *testing.T) {
	cases := map[string]struct {
		days *int32
		want object
	}{
		"Default": {nil, object{"enabled": true, "recoveryPeriodInDays": 35.0}},
		"Week":    {ptr.To(int32(7)), object{"enabled": true, "recoveryPeriodInDays": 7.0}},
		"Off":     {ptr.To(int32(0)), object{"enabled": false}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rs, err := compose(true, nil, with(func(t *v1alpha1.Table) { t.RecoveryDays = tc.days }))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, params(t, rs)["pointInTimeRecovery"]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
