package main

import (
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// named is an object that asks for a name in AWS.
func named(kind, uid, external, param string) object {
	o := &unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"forProvider": map[string]any{"name": param}},
	}}
	o.SetAPIVersion(map[string]string{"Role": "iam", "LB": "elbv2", "VPC": "ec2"}[kind] + ".aws.m.upbound.io/v1beta1")
	o.SetKind(kind)
	o.SetUID(types.UID(uid))
	if external != "" {
		o.SetAnnotations(map[string]string{externalName: external})
	}
	return o
}

// Two providers with one file work in one account.
func TestOneAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "account.jsonl")
	var both [2]*account
	for i := range both {
		a, err := openAccount(path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.close()
		both[i] = a
	}
	first, second := both[0], both[1]
	take := func(a *account, o object, want string) {
		t.Helper()
		if got, err := a.take(o); got != want || err != nil {
			t.Errorf("%s of %s is %s (%v), want %s", o.GetKind(), o.GetUID(), got, err, want)
		}
	}
	clashes := func(a *account, o object, want bool) {
		t.Helper()
		if got, err := a.clashes(o); got != want || err != nil {
			t.Errorf("%s of %s clashes: %v (%v), want %v", o.GetKind(), o.GetUID(), got, err, want)
		}
	}
	role, lb := named("Role", "1", "shop", ""), named("LB", "1", "", "shop")
	take(first, role, created)
	take(first, lb, created)
	take(second, named("Role", "2", "shop", ""), adopted)
	take(second, named("Role", "2", "other", ""), created)
	clashes(second, named("Role", "2", "shop", ""), false)
	clashes(second, named("LB", "2", "", "shop"), true)
	clashes(second, named("LB", "2", "", "other"), false)
	for _, o := range []object{role, lb} {
		if err := first.drop(o); err != nil {
			t.Fatal(err)
		}
	}
	clashes(second, named("LB", "2", "", "shop"), false)
	take(second, named("Role", "3", "shop", ""), created)
	// AWS chooses the name.
	take(first, named("VPC", "1", "", "a"), created)
	take(second, named("VPC", "2", "", "a"), created)
}
