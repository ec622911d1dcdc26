package drawing

import (
	"slices"
	"strings"
	"testing"
)

const rendered = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata: {name: shop}
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
metadata:
  name: shop-vpc
  labels: {platform.kasha.io/tier: network}
  annotations: {crossplane.io/composition-resource-name: vpc, platform.kasha.io/purpose: 'The "own" network.'}
spec: {providerConfigRef: {name: default}, forProvider: {cidrBlock: 10.0.0.0/16}}
status: {atProvider: {id: vpc-0123456789, cidrBlock: 10.0.0.0/16}}
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: Subnet
metadata:
  name: shop-subnet-a
  labels: {platform.kasha.io/tier: network}
  annotations: {crossplane.io/composition-resource-name: subnet-a}
spec: {forProvider: {vpcIdRef: {name: shop-vpc}, otherRefs: [{name: elsewhere}], tags: {name: shop-1-jobs}}}
---
apiVersion: sqs.aws.m.upbound.io/v1beta1
kind: Queue
metadata:
  name: shop-dlq-jobs
  labels: {platform.kasha.io/tier: queues}
  annotations: {crossplane.io/composition-resource-name: dlq-jobs}
spec: {forProvider: {name: shop-1-jobs-dlq}}
status: {atProvider: {arn: 'arn:aws:sqs:us-east-1:111122223333:shop-1-jobs-dlq'}}
---
apiVersion: sqs.aws.m.upbound.io/v1beta1
kind: Queue
metadata:
  name: shop-queue-jobs
  labels: {platform.kasha.io/tier: queues}
  annotations: {crossplane.io/composition-resource-name: queue-jobs}
spec:
  forProvider:
    name: shop-1-jobs
    redrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111122223333:shop-1-jobs-dlq","maxReceiveCount":3}'
status: {atProvider: {arn: 'arn:aws:sqs:us-east-1:111122223333:shop-1-jobs'}}
---
apiVersion: cloudwatch.aws.m.upbound.io/v1beta1
kind: MetricAlarm
metadata:
  name: shop-alarm-dlq-jobs
  labels: {platform.kasha.io/tier: observability}
  annotations: {crossplane.io/composition-resource-name: alarm-dlq-jobs}
spec: {forProvider: {dimensions: {QueueName: shop-1-jobs-dlq, ServiceName: backend}, description: About shop-1-jobs.}}
---
apiVersion: ecs.aws.m.upbound.io/v1beta1
kind: Service
metadata:
  name: shop-service-backend
  labels: {platform.kasha.io/tier: backend}
  annotations: {crossplane.io/composition-resource-name: service-backend, crossplane.io/external-name: backend}
spec: {forProvider: {taskDefinition: 'arn:aws:ecs:us-east-1:111122223333:task-definition/shop-1-backend:7'}}
---
apiVersion: ecs.aws.m.upbound.io/v1beta1
kind: TaskDefinition
metadata:
  name: shop-taskdefinition-backend
  labels: {platform.kasha.io/tier: backend}
  annotations: {crossplane.io/composition-resource-name: taskdefinition-backend}
spec: {forProvider: {containerDefinitions: '[{"name":"backend"}]'}}
status: {atProvider: {arn: 'arn:aws:ecs:us-east-1:111122223333:task-definition/shop-1-backend:7'}}
`

// Resources are connected by reference, by ARN inside JSON and by name; and not by tags,
// descriptions, names outside of the claim, a name that another one begins with, or a word
// that is a name elsewhere.
func TestConnections(t *testing.T) {
	claim, resources, err := Parse([]byte(rendered))
	if err != nil {
		t.Fatal(err)
	}
	if claim != "shop" {
		t.Errorf("the claim is %q, want shop", claim)
	}
	want := map[string][]string{
		"vpc": nil, "subnet-a": {"vpc"}, "dlq-jobs": nil, "queue-jobs": {"dlq-jobs"},
		"alarm-dlq-jobs":  {"dlq-jobs", "service-backend"},
		"service-backend": {"taskdefinition-backend"}, "taskdefinition-backend": nil,
	}
	for _, r := range resources {
		if !slices.Equal(r.Needs, want[r.Key]) {
			t.Errorf("%s needs %v, want %v", r.Key, r.Needs, want[r.Key])
		}
	}
}

// The page has a box for each tier, in the order of the columns, and no markup from the claim.
func TestPage(t *testing.T) {
	claim, resources, err := Parse([]byte(strings.ReplaceAll(rendered, "own", "</script>")))
	if err != nil {
		t.Fatal(err)
	}
	html, err := Draw(claim, resources)
	if err != nil {
		t.Fatal(err)
	}
	page := string(html)
	queues, network, alarms := strings.Index(page, `data-tier="queues"`), strings.Index(page, `data-tier="network"`),
		strings.Index(page, `data-tier="observability"`)
	if queues < 0 || queues > network || network > alarms {
		t.Errorf("the tiers are at %d, %d and %d, want queues before network before observability", queues, network,
			alarms)
	}
	if n := strings.Count(page, "</script>"); n != 1 {
		t.Errorf("the page has %d ends of a script, want its own", n)
	}
}
