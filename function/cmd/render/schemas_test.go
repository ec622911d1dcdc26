package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/manifest"
)

func TestKinds(t *testing.T) {
	got, err := kinds(manifest.Documents([]byte(`
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
---
apiVersion: v1
kind: Secret
---
apiVersion: networking.k8s.io/v1
kind: Ingress
`)))
	if err != nil {
		t.Fatal(err)
	}
	want := []gk{{"ec2.aws.m.upbound.io", "VPC"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(gk{})); diff != "" {
		t.Errorf("kinds(...): -want, +got:\n%s", diff)
	}
}

func TestCollect(t *testing.T) {
	src, dir := t.TempDir(), filepath.Join(t.TempDir(), "schemas")
	for name, body := range map[string]string{
		"xrd.yaml":                              "kind: CompositeResourceDefinition\n",
		"ec2.aws.m.upbound.io_subnetcidrs.yaml": "spec:\n  names:\n    kind: SubnetCIDR\n    plural: subnetcidrs\n",
		"ec2.aws.m.upbound.io_subnets.yaml":     "spec:\n  names:\n    kind: Subnet\n    plural: subnets\n",
		"ec2.aws.upbound.io_vpcs.yaml":          "spec:\n  names:\n    kind: VPC\n    plural: vpcs\n",
	} {
		if err := os.WriteFile(filepath.Join(src, name), []byte(body), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	s, err := newSchemas(dir, []string{src}, filepath.Join(src, "xrd.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.collect([]gk{{v1alpha1.Group, v1alpha1.Kind}, {"ec2.aws.m.upbound.io", "Subnet"}}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff([]string{"ec2.aws.m.upbound.io_subnets.yaml", "xrd.yaml"}, got); diff != "" {
		t.Errorf("collected: -want, +got:\n%s", diff)
	}

	// A CRD of another group does not count.
	err = s.collect([]gk{{"ec2.aws.m.upbound.io", "VPC"}})
	if err == nil || !strings.Contains(err.Error(), "VPC.ec2.aws.m.upbound.io") {
		t.Errorf("collect(VPC): want an error that names it, got %v", err)
	}
}
