package tables

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	dynamodb "github.com/upbound/provider-aws/v2/apis/namespaced/dynamodb/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// keepItems refuses to remove a table from a protected claim: its items would be lost.
func keepItems(s *stack.Stack, p *plan.Plan) {
	if !p.Protected {
		return
	}
	for _, k := range unwanted(s) {
		s.Refuse("spec.tables",
			"cannot remove the table %s: its items, and their history for point-in-time recovery, would be lost; "+
				"set deletionProtection to false first, or keep the table",
			strings.TrimPrefix(string(k), keys.TablePrefix))
	}
}

// unwanted are the tables that exist and that the claim does not ask for.
func unwanted(s *stack.Stack) []stack.Key {
	wanted := map[stack.Key]bool{}
	for _, t := range s.Claim.Spec.Tables {
		wanted[keys.Table(t.Name)] = true
	}
	var out []stack.Key
	s.ObservedKeys(keys.TablePrefix, func(k stack.Key, _ stack.Observed) {
		if !wanted[k] {
			out = append(out, k)
		}
	})
	slices.Sort(out)
	return out
}

// keepKeys refuses to change the keys of a table that exists, or to take its last index. AWS
// cannot change a key, and the provider would refuse it at every attempt. The schema says so too,
// but it does not see a table that was removed from the claim and added again.
func keepKeys(s *stack.Stack, i int, t v1alpha1.Table) {
	o, exists := s.Observed(keys.Table(t.Name))
	if !exists {
		return
	}
	field := fmt.Sprintf("spec.tables[%d]", i)
	hash, _ := stack.Text(o, "spec", "forProvider", "hashKey")
	sort, _ := stack.Text(o, "spec", "forProvider", "rangeKey")
	types := typesIn(o)
	changed := hash != "" && (hash != t.HashKey.Name || types[hash] != plan.DynamoDBType(t.HashKey.Type))
	if is := t.RangeKey; is == nil {
		changed = changed || sort != ""
	} else {
		changed = changed || hash != "" && (sort != is.Name || types[sort] != plan.DynamoDBType(is.Type))
	}
	if changed {
		s.Refuse(field,
			"cannot change the key of the table %s: AWS would need another table, and the items in this one would "+
				"be lost; add a table with another name and the new key, copy the items, and remove this table "+
				"afterwards",
			t.Name)
	}
	v, _ := o.Lookup("spec", "forProvider", "globalSecondaryIndex")
	if had, _ := v.([]any); len(had) > 0 && len(t.Indexes) == 0 {
		s.Refuse(field+".indexes",
			"cannot remove the last index of the table %s: the AWS provider leaves the last one in AWS, and it "+
				"would go on to cost money; keep one index, or add another one first", t.Name)
	}
}

// typesIn are the types of the attributes of an observed table's keys.
func typesIn(o stack.Observed) map[string]string {
	v, _ := o.Lookup("spec", "forProvider", "attribute")
	list, _ := v.([]any)
	out := map[string]string{}
	for _, e := range list {
		m, _ := e.(map[string]any)
		name, _ := m["name"].(string)
		out[name], _ = m["type"].(string)
	}
	return out
}

// release deletes the tables that an unprotected claim no longer asks for. AWS deletes no table
// whose deletion protection is on, and the provider turns it off only while the object stays. So
// an object goes once AWS reports that it is off.
func release(s *stack.Stack) {
	const purpose = "The claim no longer asks for this table; it is deleted once AWS has turned its protection off."
	for _, k := range unwanted(s) {
		o, _ := s.Observed(k)
		if unprotected(o) && !stack.Retained(o) {
			continue
		}
		v, _ := o.Lookup("spec")
		was, _ := v.(map[string]any)
		v, _ = o.Lookup("spec", "forProvider")
		params, _ := v.(map[string]any)
		if params == nil {
			continue
		}
		spec, params := maps.Clone(was), maps.Clone(params)
		params["deletionProtectionEnabled"] = false
		spec["forProvider"] = params
		s.AddObject(k, purpose, dynamodb.Table_GroupVersionKind, map[string]any{"spec": spec},
			stack.NoLateInitialize(), stack.EchoExternalName())
	}
}

// unprotected tells whether AWS can delete a table. What AWS has not made has no protection.
func unprotected(o stack.Observed) bool {
	asked, _ := o.Lookup("spec", "forProvider", "deletionProtectionEnabled")
	has, known := o.Lookup("status", "atProvider", "deletionProtectionEnabled")
	if !known {
		_, made := stack.Text(o, "status", "atProvider", "arn")
		return asked != true && !made
	}
	return has != true
}
