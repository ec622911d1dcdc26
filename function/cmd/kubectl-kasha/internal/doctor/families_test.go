package doctor

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
)

func TestCrossplane(t *testing.T) {
	diagnose(t, map[string]diagnosis{
		"CircuitBreaker": {
			reason: "Crossplane says so itself.",
			harm:   func(p *patient) { p.claimSays("Responsive", "False", "WatchCircuitOpen", "") },
			check:  "circuit-breaker", says: []string{"every 30 to 60 seconds"},
			command: "--circuit-breaker-burst=20000",
		},
		"Recreated": {
			reason: "It looks bad, and is not.",
			harm: func(p *patient) {
				at := metav1.NewTime(p.resource("vpc").GetCreationTimestamp().Add(-time.Minute))
				p.Claim.SetDeletionTimestamp(&at)
			},
			check: "recreated", says: []string{"nothing is left in the end"},
		},
		"NoWebhooks": {
			reason: "deletionProtection would do nothing.",
			harm:   func(p *patient) { p.Installation.Webhooks = nil },
			check:  "webhooks", says: []string{"does not stop kubectl delete"}, command: "webhooks.enabled=true",
		},
		"OldGuardrail": {
			reason: "The cluster has no such guardrail.",
			harm:   func(p *patient) { p.Claim.Status.Guardrail = "team-shop" },
			check:  "old-guardrail", says: []string{"team-shop"}, command: "rollout restart deployment/crossplane",
		},
		"Foreign": {
			reason: "Somebody has written resourceRefs.",
			harm: func(p *patient) {
				p.Events = []cluster.Event{{Message: `Pipeline step "kasha": cannot use ConfigMap x as "vpc": this ` +
					`claim's resource is of the kind VPC.ec2; remove it from spec.crossplane.resourceRefs, which only`}}
			},
			check: "foreign-object", says: []string{"cannot use ConfigMap x as"}, command: "kubectl edit kasha " +
				"-n team-shop shop",
		},
		"Refused": {
			reason: "The message lists all problems.",
			harm: func(p *patient) {
				p.claimSays("Synced", "False", "ReconcileError", "cannot compose resources: pipeline step "+
					"\"kasha\" returned a fatal result: spec.queues: cannot use two")
			},
			check: "refused", says: []string{": spec.queues: cannot use two"}, command: "kubectl edit kasha",
		},
		"Stack": {
			reason: "Composing under another ID would make a second stack.",
			harm: func(p *patient) {
				p.claimSays("Synced", "False", "ReconcileError", "cannot compose resources: cannot tell the claim's "+
					"stack: its resources have the IDs a and b")
			},
			check: "stack", says: []string{"everything keeps running", "the IDs a and b"},
			command: "kubectl get managed -n team-shop -L platform.kasha.io/stack",
		},
	})
}

func TestProvider(t *testing.T) {
	diagnose(t, map[string]diagnosis{
		"Unhealthy": {
			reason: "Nothing of its kinds is created.",
			harm: func(p *patient) {
				p.Installation.Providers = append(p.Installation.Providers,
					called("Provider", "provider-aws-rds", "Healthy", "False"))
			},
			check: "provider", says: []string{"does not run"}, command: "provider-aws-rds",
		},
		"UnknownKind": {
			reason: "The CRD is missing.",
			harm:   func(p *patient) { p.Claim.Unknown = []string{"VPC.ec2.aws.m.upbound.io"} },
			check:  "kind", says: []string{"applies nothing at all"}, command: "grep -i vpc",
		},
		"InactiveKind": {
			reason: "The definition is there, and is not active.",
			harm: func(p *patient) {
				p.Installation.Definitions = []unstructured.Unstructured{{Object: map[string]any{
					"metadata": map[string]any{"name": "vpcs.ec2.aws.m.upbound.io"},
					"spec": map[string]any{
						"state": "Inactive", "group": "ec2.aws.m.upbound.io", "names": map[string]any{"kind": "VPC"},
					},
				}}}
			},
			check: "kind", command: `kubectl patch mrd vpcs.ec2.aws.m.upbound.io --type merge`,
		},
		"NoConfiguration": {
			reason: "All resources say the same, so it is told once.",
			harm: func(p *patient) {
				for _, key := range []string{"vpc", "queue-jobs"} {
					p.says(key, "cannot get ProviderConfig: default not found")
				}
			},
			check: "configuration", says: []string{"for 2 resources"}, command: "kubectl get clusterproviderconfigs",
		},
		"Silent": {
			reason: "No provider looks at it.",
			harm: func(p *patient) {
				p.change("vpc", func(o *unstructured.Unstructured) { delete(o.Object, "status") })
			},
			check: "silent", says: []string{"VPC shop-vpc"}, command: "kubectl get providers",
		},
		"Conflict": {
			reason: "It resolves itself.",
			harm:   func(p *patient) { p.says("service-backend", "update failed: the object has been modified") },
			check:  "conflict", says: []string{"after two minutes"},
		},
		"Endless": {
			reason: "Two writers overwrite each other.",
			harm:   func(p *patient) { p.change("vpc", func(o *unstructured.Unstructured) { o.SetGeneration(110) }) },
			check:  "endless", says: []string{"110 generations"}, command: "--show-managed-fields",
		},
		"PrivateDNS": {
			reason: "The provider refuses what AWS could do.",
			harm: func(p *patient) {
				key := anyOf(p, "VPCEndpoint", "")
				p.says(key, "refuse to update the external resource because the following update requires replacing "+
					"it: cannot change the value of the argument \"private_dns_enabled\"")
			},
			check: "private-dns", command: "aws ec2 modify-vpc-endpoint --vpc-endpoint-id ",
		},
	})
}

func TestTiers(t *testing.T) {
	diagnose(t, map[string]diagnosis{
		"AccessDenied": {
			reason: "The claim's own advice is used.",
			harm: func(p *patient) {
				p.says("queue-jobs", "create failed: api error AccessDenied: User is not authorized")
			},
			check: "rejected", says: []string{"AccessDenied", "allow the action"},
			command: "kubectl describe -n team-shop queue.sqs.aws.m.upbound.io/shop-queue-jobs",
		},
		"Quota": {
			reason: "A new account has small quotas.",
			harm:   func(p *patient) { p.says("vpc", "api error VpcLimitExceeded: The maximum number of VPCs") },
			check:  "rejected", says: []string{"ask AWS to raise the quota"},
		},
		"Normal": {
			reason: "A database takes 10 to 20 minutes.",
			harm: func(p *patient) {
				p.change("db-primary", func(o *unstructured.Unstructured) {
					setCondition(p.t, o, "Ready", "False", "Creating", "")
				})
			},
			check: "late", says: []string{"created since 9m", "usually takes 10 to 20 minutes"},
		},
		"Late": {
			reason: "A load balancer takes 5 minutes at most.",
			harm: func(p *patient) {
				p.change("alb-public", func(o *unstructured.Unstructured) {
					setCondition(p.t, o, "Ready", "False", "Creating", "")
				})
			},
			check: "late", says: []string{"created since 9m", "2 to 5 minutes"}, command: "kubectl describe",
		},
		"WaitingForLong": {
			reason: "The message names what it waits for.",
			harm: func(p *patient) {
				p.Now = rest.Add(time.Hour)
				p.claimSays(v1alpha1.ConditionDatabase, "False", "Waiting", "Waiting for the ARN of Key shop-key-data")
			},
			check: "late", says: []string{"Waiting for the ARN of Key"}, command: "kubectl kasha status -n " +
				"team-shop shop",
		},
		"Gone": {
			reason: "Crossplane should make them anew.",
			harm:   func(p *patient) { p.Claim.Gone = []string{"VPC shop-vpc"} },
			check:  "gone", says: []string{"VPC shop-vpc"}, command: "kubectl describe kasha",
		},
	})
}

func TestRollout(t *testing.T) {
	rollout := func(reason, message string) func(p *patient) {
		return func(p *patient) { p.claimSays(v1alpha1.ConditionRollout, "False", reason, message) }
	}
	later := func(reason string) func(p *patient) {
		return func(p *patient) {
			rollout(reason, "backend: 0 of 2 tasks run")(p)
			p.Now = rest.Add(3 * time.Hour)
		}
	}
	logs := "kubectl kasha logs -n team-shop shop"
	diagnose(t, map[string]diagnosis{
		"Failed": {
			reason: "The cause is in ECS's words.",
			harm: rollout("Failed", "backend: CannotPullContainerError: toomanyrequests: You have reached your pull "+
				"rate limit."),
			check: "rollout", says: []string{"never became healthy", "Docker Hub limits pulls"}, command: logs,
		},
		"RolledBack": {
			reason: "The version before serves.",
			harm:   rollout("RolledBack", "backend ended with OutOfMemoryError"), check: "rollout",
			says: []string{"version before serves", "raise memory"}, command: logs,
		},
		"ReleaseFailed": {
			reason: "It runs again only if the claim changes.", harm: rollout("ReleaseFailed", "ended with exit "+
				"code 1"),
			check: "rollout", says: []string{"release.attempt"}, command: logs,
		},
		"UsersFailed": {
			reason: "The message has the number.", harm: rollout("DatabaseUsersFailed", "exit code 1; set it to 3"),
			check: "rollout", says: []string{"database.usersGeneration"}, command: logs,
		},
		"Progressing": {
			reason: "A deployment ends within an hour.", harm: later("Progressing"), check: "rollout",
			says: []string{"has not ended for 3h", "0 of 2 tasks run"}, command: logs,
		},
		"Releasing": {
			reason: "A release ends within its timeout.", harm: later("Releasing"), check: "rollout",
			says: []string{"has not ended for 3h"}, command: logs,
		},
		"CallRefused": {
			reason: "Two policies may be missing.",
			harm: func(p *patient) {
				p.says(anyOf(p, "Invocation", ""), "api error AccessDeniedException: not authorized to perform "+
					"lambda:InvokeFunction")
			},
			check: "call", says: []string{"kasha-runner", "kasha-boundary"}, command: "kubectl describe",
		},
		"CallWithoutAnswer": {
			reason: "Its status was lost in a restore.",
			harm: func(p *patient) {
				p.change(anyOf(p, "Invocation", ""), func(o *unstructured.Unstructured) {
					unstructured.RemoveNestedField(o.Object, "status", "atProvider", "result")
					setCondition(p.t, o, "Ready", "True", "Available", "")
				})
			},
			check: "call", says: []string{"answer of the call was lost"}, command: "kubectl delete -n team-shop " +
				"invocation.",
			fixes: []string{"delete shop-" + firstOf(t, "Invocation")},
		},
		"NoRunner": {
			reason: "Nothing tells how a deployment ends.",
			harm: func(p *patient) {
				rollout("Progressing", "backend: 0 of 2 tasks run")(p)
				p.says("runner", "api error AccessDenied: not authorized to perform cloudformation:CreateStack")
			},
			check: "runner", says: []string{"runner does not exist"}, command: "aws cloudformation list-stacks",
		},
		"NoProof": {
			reason: "Only AWS knows whether tasks run.",
			harm: func(p *patient) {
				if err := unstructured.SetNestedField(p.Claim.Object.Object, false, "spec", "rollouts",
					"proof"); err != nil {
					p.t.Fatal(err)
				}
			},
			check: "latest", command: "--aws",
		},
	})
}

func TestDeletion(t *testing.T) {
	leaving := func(key, message string) func(p *patient) {
		return func(p *patient) {
			now := metav1.NewTime(rest)
			p.change(key, func(o *unstructured.Unstructured) { o.SetDeletionTimestamp(&now) })
			p.says(key, message)
		}
	}
	diagnose(t, map[string]diagnosis{
		"Bucket": {
			reason: "AWS deletes only empty buckets.", harm: leaving("bucket-app", "api error BucketNotEmpty: "+
				"not empty"),
			check: "not-deleted", command: "aws s3 rm s3://shop-",
		},
		"Repository": {
			reason: "AWS deletes only empty repositories.",
			harm:   leaving("repository-backend", "api error RepositoryNotEmptyException: has images"),
			check:  "not-deleted", command: "aws ecr delete-repository --repository-name shop-",
		},
		"Interface": {
			reason: "Something outside of the claim uses its VPC.",
			harm: leaving("vpc", "api error DependencyViolation: The vpc 'vpc-0' has dependencies and cannot be "+
				"deleted"),
			check: "not-deleted", command: "aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=vpc-",
		},
		"NoProvider": {
			reason: "Nothing deletes its resources.",
			harm: func(p *patient) {
				now := metav1.NewTime(rest)
				p.Claim.SetDeletionTimestamp(&now)
				p.Installation.Providers = nil
			},
			check: "no-provider", command: "install the package again",
		},
	})
}

func TestAWS(t *testing.T) {
	vpc := func(id string) Tagged {
		return Tagged{
			ARN: "arn:aws:ec2:us-east-1:111122223333:vpc/" + id, ID: id, Object: "shop-vpc",
			Kind: "vpc.ec2.aws.m.upbound.io",
		}
	}
	diagnose(t, map[string]diagnosis{
		"Twice": {
			reason: "No object knows the second one.",
			harm: func(p *patient) {
				p.AWS = &AWS{Tagged: []Tagged{vpc(p.resource("vpc").GetAnnotations()[externalName]), vpc("vpc-other")}}
			},
			check: "twice", says: []string{"no object knows vpc-other"}, command: "vpc/vpc-other --region us-east-1",
		},
		"NoTask": {
			reason: "The claim is Ready, and no task runs.",
			harm: func(p *patient) {
				p.AWS = &AWS{Services: []Service{{
					Name: "backend", Desired: 2, Failed: true, Reason: "tasks failed to start",
					Stopped: []string{"exec format error", "exec format error"},
				}}}
			},
			check: "services",
			says: []string{"0 of 2 tasks run", "given up the deployment", "another processor", "ECS does not " +
				"try again"},
			command: "kubectl kasha logs -n team-shop shop backend",
		},
	})
	p := healthy(t)
	p.AWS = &AWS{
		Tagged:   []Tagged{vpc(p.resource("vpc").GetAnnotations()[externalName])},
		Services: []Service{{Name: "backend", Desired: 2, Running: 2}},
	}
	if f := Examine(p.World); len(f) > 0 {
		t.Errorf("AWS is as it should be, and the doctor finds %+v", f)
	}
}
