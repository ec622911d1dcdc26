package rules

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/kasha-platform/kasha/function/internal/policy"
)

// iamRules are about permissions: each role has those that its user needs, and no
// others.
var iamRules = []Rule{{
	ID:     "iam-actions-exist",
	Title:  "Every action and condition key of a policy exists, and applies to the resource that stands beside it.",
	Why:    "IAM accepts a name that does not exist, and refuses the request that it was meant for.",
	Source: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html",
	check:  namesWhatExists,
}, {
	ID:    "iam-resources-are-composed",
	Title: "A role's policy names the claim's own resources, and others only where the claim names them.",
	Why: "A name that is computed twice can differ, and then the role may not do its work, or may do it to " +
		"somebody else's.",
	Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
	check:  namesItsOwnResources,
}, {
	ID:     "iam-no-star",
	Title:  "No role may do every action of a service, nor an action that has resources on every resource.",
	Why:    "What breaks into the backend can do what its role can.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
	check:  grantsNoEverything,
}, {
	ID:     "iam-trust",
	Title:  "Each service can assume the role that it is given, in the context that it sends.",
	Why:    "A service that cannot assume its role does nothing, and often says so nowhere.",
	Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
	check:  rolesCanBeAssumed,
}, {
	ID:     "iam-tasks-start",
	Title:  "ECS may pull each task definition's image, read its secrets and write its logs.",
	Why:    "A task that lacks one of them never starts, and ECS takes the version for a broken one.",
	Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
	check:  tasksCanStart,
}, {
	ID:     "iam-backend-bindings",
	Title:  "The backend may use its bucket, its secret, its queues and its database users; the frontend has no role.",
	Why:    "The application's variables name them, and without permissions it gets errors when it uses them.",
	Source: "Kasha: docs/secrets.md and the variables of a container",
	check:  backendCanUseWhatItIsTold,
}, {
	ID:     "iam-permissions",
	Title:  "A workload's own role has the permissions that the claim gives to it, and its tasks have this role.",
	Why:    "What one workload may do, the others must not, and one that lacks a permission fails in production.",
	Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
	check:  givesWhatIsAsked,
}, {
	ID:     "iam-services-act",
	Title:  "Flow logs, the connection pool, monitoring and AWS Backup may do what they are for.",
	Why:    "Flow logs are lost, the pool has no password, backups fail.",
	Source: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html and the page of each service",
	check:  servicesCanAct,
}, {
	ID: "iam-restore-test-role",
	Title: "In another account, AWS Backup alone may assume the restore test's role, which has AWS's policy for " +
		"restores.",
	Why:    "The template creates the role in another account.",
	Source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html",
	check:  each(restoreTestRoleIsAWSBackups),
}, {
	ID:     "iam-boundary",
	Title:  "Every role has the claim's permissions boundary, if it has one.",
	Why:    "An account that demands a boundary refuses a role without one, and one without it could do anything.",
	Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
	check:  each(hasTheBoundary),
}}

//go:embed iam.json
var iamJSON []byte

// A reference is AWS's documentation of its services' actions. See tools/iam-data.
type reference struct {
	Source   string
	Services map[string]struct {
		// Resources are ARNs with ${Variables}, by type.
		Resources map[string]string
		Actions   map[string]struct{ Resources, Conditions []string }
	}
}

var iamReference = sync.OnceValues(func() (reference, error) {
	var r reference
	return r, json.Unmarshal(iamJSON, &r)
})

// UnknownActions are those of a list of actions, each with its service's prefix, that AWS does not document. A star
// stands for anything.
func UnknownActions(actions []string) ([]string, error) {
	r, err := iamReference()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range actions {
		if len(r.matching(a)) == 0 {
			out = append(out, a)
		}
	}
	return out, nil
}

// matching are the names of a service's actions that a pattern stands for. AWS ignores case, but here another
// case counts as a mistake.
func (r reference) matching(pattern string) []string {
	service, name, _ := strings.Cut(pattern, ":")
	var out []string
	for _, known := range slices.Sorted(maps.Keys(r.Services[service].Actions)) {
		if policy.Like(name, known) {
			out = append(out, known)
		}
	}
	return out
}

// types are the types of resource that any of the actions has, and whether one of them has none.
func (r reference) types(pattern string) (types []string, none bool) {
	service, _, _ := strings.Cut(pattern, ":")
	for _, name := range r.matching(pattern) {
		of := r.Services[service].Actions[name].Resources
		types, none = append(types, of...), none || len(of) == 0
	}
	return types, none
}

func namesWhatExists(w World) []Violation {
	r, err := iamReference()
	if err != nil {
		return []Violation{{Message: err.Error()}}
	}
	all, out := policiesIn(w)
	for _, p := range all {
		if authors(p.key) {
			continue
		}
		for _, s := range p.Statement {
			for _, m := range r.mistakes(p.use, s) {
				out = append(out, violation(p.key, "has in its statement %q %s", s.Sid, m))
			}
		}
	}
	return out
}

func (r reference) mistakes(use string, s statement) []string {
	var out []string
	for _, action := range s.Action {
		if len(r.matching(action)) == 0 {
			out = append(out, "the action "+action+", which AWS does not document")
			continue
		}
		if use != ofRole && !s.isBoundedElsewhere(action) {
			out = append(out, r.misplaced(use, action, s.Resource)...)
		}
	}
	for _, keys := range s.Condition {
		for key := range keys {
			if !slices.ContainsFunc(s.Action, func(action string) bool { return r.knows(action, key) }) {
				out = append(out, "the condition key "+key+", which none of its actions has")
			}
		}
	}
	return out
}

// listed are actions for which AWS documents no resource, but checks one: the message of a refused request names
// it. https://github.com/hashicorp/terraform-provider-aws/issues/8804
var listed = map[string]string{
	"logs:DescribeLogGroups": "arn:${Partition}:logs:${Region}:${Account}:log-group:*",
}

// bounds are the condition keys that bound actions for which AWS asks for all resources, although it documents one.
// https://github.com/cdklabs/construct-hub/pull/1207
var bounds = map[string]string{"ecs:ListTasks": "ecs:cluster"}

// isBoundedElsewhere tells whether a condition bounds an action that is allowed on all resources.
func (s statement) isBoundedElsewhere(action string) bool {
	key := bounds[action]
	return key != "" && slices.Equal(s.Resource, oneOrMore{"*"}) && len(s.Condition["ArnEquals"][key]) > 0
}

// misplaced are the resources of a statement that no resource type of the action fits.
func (r reference) misplaced(use, action string, resources []string) []string {
	service, _, _ := strings.Cut(action, ":")
	types, none := r.types(action)
	var out []string
	for _, arn := range resources {
		if arn == "*" && (none || use == ofResource) {
			continue
		}
		fits := slices.ContainsFunc(types,
			func(t string) bool { return fitsARN(r.Services[service].Resources[t], arn) })
		if !fits && !fitsARN(listed[action], arn) {
			out = append(out, "the action "+action+" beside "+arn+", which is none of "+strings.Join(types, ", "))
		}
	}
	return out
}

var variable = regexp.MustCompile(`\$\{[A-Za-z]+\}`)

// fitsARN tells whether an ARN, or a pattern of ARNs, can be of a documented form.
func fitsARN(form, arn string) bool {
	var b strings.Builder
	b.WriteString("^")
	last := 0
	for _, at := range variable.FindAllStringIndex(form, -1) {
		b.WriteString(regexp.QuoteMeta(form[last:at[0]]) + ".+")
		last = at[1]
	}
	b.WriteString(regexp.QuoteMeta(form[last:]) + "$")
	ok, err := regexp.MatchString(b.String(), arn)
	// A log group's ARN ends in :* in a policy.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
	streams := strings.Contains(form, ":log-stream:") && strings.Contains(arn, ":log-group:") &&
		strings.HasSuffix(arn, ":*")
	return err == nil && (ok || streams)
}

// globalKeys are the condition keys of every service that the policies use.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var globalKeys = []string{"aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn"}

// knows tells whether an action has a condition key.
func (r reference) knows(action, key string) bool {
	if slices.Contains(globalKeys, key) {
		return true
	}
	service, _, _ := strings.Cut(action, ":")
	for _, name := range r.matching(action) {
		for _, known := range r.Services[service].Actions[name].Conditions {
			prefix, _, _ := strings.Cut(known, "${")
			if known == key || prefix != known && strings.HasPrefix(key, prefix) {
				return true
			}
		}
	}
	return false
}

func grantsNoEverything(w World) []Violation {
	r, err := iamReference()
	if err != nil {
		return []Violation{{Message: err.Error()}}
	}
	all, out := policiesIn(w)
	for _, p := range all {
		for _, s := range p.Statement {
			if p.use != ofIdentity || s.Effect != "Allow" || authors(p.key) {
				continue
			}
			for _, a := range s.Action {
				if s.isBoundedElsewhere(a) {
					continue
				}
				if _, none := r.types(a); strings.Contains(a, "*") || slices.Contains(s.Resource, "*") && !none {
					out = append(out, violation(p.key, "allows %s on %v", a, s.Resource))
				}
			}
		}
	}
	return out
}

// namesItsOwnResources checks claims at rest, because a role is created before the
// resources that it may use.
func namesItsOwnResources(w World) []Violation {
	if !w.Settled {
		return nil
	}
	all, out := policiesIn(w)
	for _, p := range all {
		if p.use == ofRole || authors(p.key) {
			continue
		}
		for _, s := range p.Statement {
			for _, arn := range s.Resource {
				if arn != "*" && !isItsOwn(w, p, arn) {
					out = append(out,
						Violation{Key: p.key, Message: "speaks of " + arn + ", which the claim neither has nor names"})
				}
			}
		}
	}
	return out
}

// isItsOwn tells whether an ARN in a policy is of something composed, of a part of it, or of what the claim names.
func isItsOwn(w World, p policyOf, arn string) bool {
	for key := range w.Observed {
		for _, part := range []string{"", "/*", ":*"} {
			if of := w.arn(key); of != "" && of+part == arn {
				return true
			}
		}
	}
	return isDatabaseUser(w, arn) || isNamedByClaim(w, arn) || arn == tasksOf(w) || arn == scheduledTasks(w) ||
		p.key == "rolepolicy-scheduler" && arn == runnerARN(w) ||
		p.key == "rolepolicy-runner" && isTheRunners(w, arn) ||
		(p.key == "rolepolicy-flowlogs" || strings.HasSuffix(p.key, "-exec")) && arn == groupsOf(w)
}

// groupsOf are the account's log groups, which can be listed only all together.
func groupsOf(w World) string {
	return "arn:aws:logs:" + w.region() + ":" + w.account() + ":log-group:*"
}

// tasksOf are the tasks in the claim's cluster.
func tasksOf(w World) string {
	return "arn:aws:ecs:" + w.region() + ":" + w.account() + ":task/" + externalName(w.Desired["cluster"]) + "/*"
}

// isDatabaseUser tells whether an ARN is of one of the claim's users of one of its instances.
func isDatabaseUser(w World, arn string) bool {
	for _, key := range loggedInTo(w) {
		for _, user := range loginsByIAM(w) {
			if databaseUser(w, key, user) == arn {
				return true
			}
		}
	}
	return false
}

// loggedInTo are the keys of what users log in to: an ARN of a cluster is about all of its nodes.
func loggedInTo(w World) []string {
	return slices.Concat(w.keys("rds/Instance"), w.keys("rds/Cluster"))
}

// databaseUser is the ARN in a policy that lets a user of an instance log in.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
func databaseUser(w World, instance, user string) string {
	id := cmp.Or(text(w.at(instance), "resourceId"), text(w.at(instance), "clusterResourceId"))
	return "arn:aws:rds-db:" + w.region() + ":" + w.account() + ":dbuser:" + id + "/" + user
}

// isNamedByClaim tells whether an ARN is of a secret or of an image's repository that the claim names, or of the keys
// beside a secret.
func isNamedByClaim(w World, arn string) bool {
	for _, service := range append(workloads(w), usersClient) {
		for _, c := range claimedContainers(asMap(lookup(w.Claim, "spec", service))) {
			if repositoryARN(text(c, "image")) == arn {
				return true
			}
			for _, v := range asMap(c["secrets"]) {
				for _, source := range []string{"secretARN", "parameterARN"} {
					if from := text(asMap(v), source); from != "" && (arn == from || arn == keysBeside(from)) {
						return true
					}
				}
			}
		}
	}
	for _, key := range loggedInTo(w) {
		if managed := in(w.at(key), "masterUserSecret.0.secretArn"); managed != "" && arn == managed {
			return true
		}
	}
	return false
}

// claimedContainers are the application's container of a workload in the claim, and those beside it.
func claimedContainers(workload map[string]any) []map[string]any {
	own := []map[string]any{workload}
	return slices.Concat(own, objects(workload["initContainers"]), objects(workload["sidecars"]))
}

// keysBeside are the keys of the account and region of a secret or a parameter:
// arn:aws:<service>:<region>:<account>:<name>.
func keysBeside(secret string) string {
	parts := strings.Split(secret, ":")
	if len(parts) < 5 {
		return ""
	}
	return "arn:aws:kms:" + parts[3] + ":" + parts[4] + ":key/*"
}

var ecrImage = regexp.MustCompile(`^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)`)

// repositoryARN is the ARN of the repository of an image in ECR, or nothing.
func repositoryARN(image string) string {
	m := ecrImage.FindStringSubmatch(image)
	if m == nil {
		return ""
	}
	return "arn:aws:ecr:" + m[2] + ":" + m[1] + ":repository/" + m[3]
}

func hasTheBoundary(w World, _ string, o map[string]any) string {
	if kindOf(o) != "iam/Role" {
		return ""
	}
	want := text(w.Claim, "spec", "permissionsBoundaryARN")
	if got := text(params(o), "permissionsBoundary"); got != want {
		return fmt.Sprintf("has the boundary %q, want %q", got, want)
	}
	return ""
}
