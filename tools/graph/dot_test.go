package main

import (
	"context"
	"strings"
	"testing"
)

const rendered = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
metadata:
  name: shop-vpc
  labels: {platform.kasha.io/tier: network}
  annotations: {crossplane.io/composition-resource-name: vpc, platform.kasha.io/purpose: 'The "own" network.'}
spec: {providerConfigRef: {name: default}}
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: Subnet
metadata:
  name: shop-subnet-a
  labels: {platform.kasha.io/tier: network}
  annotations: {crossplane.io/composition-resource-name: subnet-a}
spec: {forProvider: {vpcIdRef: {name: shop-vpc}, otherRefs: [{name: elsewhere}]}}
`

// TestDescribe draws the references between a claim's resources, and neither the
// provider's configuration nor objects outside of the claim.
func TestDescribe(t *testing.T) {
	resources, err := parse([]byte(rendered))
	if err != nil {
		t.Fatal(err)
	}
	dot := describe(resources)
	if !strings.Contains(dot, `"subnet-a" -> "vpc"`) || strings.Count(dot, "->") != 1 {
		t.Errorf("want one arrow, from subnet-a to vpc:\n%s", dot)
	}
	if svg, err := draw(context.Background(), []byte(dot)); err != nil || !strings.Contains(string(svg), "<svg ") {
		t.Errorf("cannot draw the picture: %v", err)
	}
}
