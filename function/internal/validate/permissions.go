package validate

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
)

var (
	restartForm = regexp.MustCompile(`^[A-Za-z0-9 _.:/+-]*$`)
	actionForm  = regexp.MustCompile(`^([a-z0-9-]+):[A-Za-z0-9*?]+$`)
	// An account has no wildcard. Services without regions or accounts leave them empty.
	resourceForm = regexp.MustCompile(`^arn:aws:[a-z0-9-]+:[a-z0-9*-]*:(?:[0-9]{12})?:[A-Za-z0-9_+=,.@:/*?~#!-]+$`)
	conditionKey = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9:/._-]+$`)
	valueForm    = regexp.MustCompile(`^[ -~]+$`)
)

// forbidden are the services with which a role could give itself, or others, more than it has, or
// delete a database or a backup. The boundary is no bound for these: it is also that of the roles of
// Kasha that start tasks and that restore backups.
var forbidden = []string{
	"account", "backup", "backup-storage", "cloudformation", "ecs", "iam", "identitystore", "organizations", "rds",
	"sso", "sso-directory",
}

// cryptographic are the actions of KMS that use a key. All others administer keys.
var cryptographic = []string{
	"Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
	"GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetPublicKey",
	"ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "VerifyMac",
}

// reserved are what Kasha and RDS keep, by service. The application has the permissions on them
// that it needs. No ARN of a claim has < or >, so a wildcard must stand for the whole of <stack> or
// <database>: it would reach what every claim has.
//
// A session of SSM in a task is a shell that nobody logs:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
var reserved = map[string][]string{
	"ecr":            {"arn:aws:ecr:*:*:repository/<stack>/*"},
	"lambda":         {"arn:aws:lambda:*:*:function:<stack>-runner*"},
	"logs":           {"arn:aws:logs:*:*:log-group:/kasha/*"},
	"rds-db":         {"arn:aws:rds-db:*:*:dbuser:*/admin", "arn:aws:rds-db:*:*:dbuser:<database>/*"},
	"s3":             {"arn:aws:s3:::<stack>-*"},
	"secretsmanager": {"arn:aws:secretsmanager:*:*:secret:kasha/*", "arn:aws:secretsmanager:*:*:secret:rds!*"},
	"sqs":            {"arn:aws:sqs:*:*:<stack>-*"},
	"ssm":            {"arn:aws:ssm:*:*:parameter/kasha/*", "arn:aws:ecs:*:*:task/*"},
}

const (
	// maxPermissionBytes is the most that the permissions of a workload may have. A role's own
	// policies have at most 10,240 characters together:
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	maxPermissionBytes = 4000
	// maxPassedBytes is the most that the permissions of all workloads may have where endpoints have
	// policies that must let them through. Such a policy has at most 20,480 characters:
	// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
	maxPassedBytes = 15000
)

// PermissionsAreBounded requires permissions that name what they allow, and with which the
// application cannot give itself more.
func PermissionsAreBounded(p *plan.Plan) []error {
	var errs []error
	total := 0
	for _, w := range p.Containers() {
		if len(w.Permissions) == 0 {
			continue
		}
		n := len(plan.PermissionStatements(w.Permissions).String())
		total += n
		if n > maxPermissionBytes {
			errs = append(errs, refuse(w.Field+".permissions", "cannot allow this much: as a policy it has %d "+
				"characters, and the role has room for %d; join permissions, or name resources with *",
				n, maxPermissionBytes))
			continue
		}
		for i, st := range w.Permissions {
			errs = append(errs, permission(fmt.Sprintf("%s.permissions[%d]", w.Field, i), st)...)
		}
	}
	if p.Network.Own && p.Network.Endpoints != v1alpha1.EndpointsOpen && total > maxPassedBytes {
		errs = append(errs, refuse("spec", "cannot allow this much: the permissions of all workloads have %d "+
			"characters, and the endpoints' policies have room for %d; join permissions, or name resources with *",
			total, maxPassedBytes))
	}
	return errs
}

func permission(field string, st v1alpha1.Permission) []error {
	var errs []error
	if len(st.Actions) == 0 || len(st.Resources) == 0 {
		errs = append(errs, refuse(field, "cannot allow nothing: a permission has actions and resources; name both"))
	}
	for _, a := range st.Actions {
		errs = append(errs, action(field+".actions", a, st.Resources)...)
	}
	for _, r := range st.Resources {
		if !isResource(r) {
			errs = append(errs, refuse(field+".resources", "cannot use %q: it is not an ARN with a whole account ID; "+
				"write for example arn:aws:s3:::reports/*, or * for actions without resources", r))
		}
	}
	for i, c := range st.Conditions {
		errs = append(errs, condition(fmt.Sprintf("%s.conditions[%d]", field, i), c)...)
		same := func(o v1alpha1.PermissionCondition) bool {
			return o.Test == c.Test && strings.EqualFold(o.Key, c.Key) // IAM ignores the case of a key.
		}
		if slices.IndexFunc(st.Conditions, same) < i {
			errs = append(errs, refuse(fmt.Sprintf("%s.conditions[%d].key", field, i), "cannot compare %q twice with "+
				"%s: the second would replace the first; put all values into one condition", c.Key, c.Test))
		}
	}
	return errs
}

// condition checks the key of a condition, and values that IAM would refuse or never match.
func condition(field string, c v1alpha1.PermissionCondition) []error {
	var errs []error
	if !conditionKey.MatchString(c.Key) {
		errs = append(errs, refuse(field+".key", "cannot use %q: it is not a condition key; write for example "+
			"ses:FromAddress", c.Key))
	}
	for _, v := range c.Values {
		_, notPrefix := netip.ParsePrefix(v)
		_, notAddress := netip.ParseAddr(v)
		switch {
		case !valueForm.MatchString(v):
			errs = append(errs, refuse(field+".values", "cannot use %q: a value has only printable characters of "+
				"ASCII; write it without the others", v))
		case c.Test == "Bool" && v != "true" && v != "false":
			errs = append(errs, refuse(field+".values", "cannot use %q with Bool: it is true or false; write one of "+
				"them", v))
		case c.Test == "IpAddress" && notPrefix != nil && notAddress != nil:
			errs = append(errs, refuse(field+".values", "cannot use %q with IpAddress: it is neither an address nor "+
				"a network; write for example 203.0.113.0/24", v))
		}
	}
	return errs
}

// action checks one action beside its resources. IAM ignores the case of an action's name.
func action(field, a string, resources []string) []error {
	m := actionForm.FindStringSubmatch(a)
	if m == nil {
		return one(field, "cannot allow %q: it is not an action; write the service in lower case, for example "+
			"ses:SendEmail", a)
	}
	service, name := m[1], a[len(m[1])+1:]
	any, wild := slices.Contains(resources, "*"), strings.ContainsAny(name, "*?")
	switch {
	case slices.Contains(forbidden, service):
		return one(field, "cannot allow %q: with actions of %s the application could give itself more than the "+
			"claim does, or delete what protects data; remove it, or let something outside of the claim do this",
			a, service)
	case service == "sts" && (name != "AssumeRole" || slices.ContainsFunc(resources, isNoRole)):
		return one(field, "cannot allow %q on these resources: a role that is not named in full may be any; "+
			"allow sts:AssumeRole on the whole ARNs of roles", a)
	case service == "kms" && !slices.Contains(cryptographic, name):
		return one(field, "cannot allow %q: it administers keys, or could; name actions that use a key, for example "+
			"kms:Decrypt", a)
	case service == "kms" && slices.ContainsFunc(resources, isPattern):
		return one(field, "cannot allow %q on these resources: they may be the keys of others; name each key by its "+
			"whole ARN", a)
	case wild && any:
		return one(field, "cannot allow %q on every resource: nobody can tell what that is; name the actions, or the "+
			"resources", a)
	}
	for _, r := range resources {
		if keeps := touches(service, r); keeps != "" {
			return one(field, "cannot allow %q on %q: that may be %s, which Kasha keeps; name your own resources",
				a, r, keeps)
		}
	}
	return nil
}

// isNoRole tells whether a resource is anything but the whole ARN of a role.
func isNoRole(resource string) bool { return !roleForm.MatchString(resource) }

// isPattern tells whether a resource stands for more than one.
func isPattern(resource string) bool { return strings.ContainsAny(resource, "*?") }

// isResource tells whether a permission can have a resource.
func isResource(resource string) bool { return resource == "*" || resourceForm.MatchString(resource) }

// touches tells which of the things that Kasha keeps a resource may be.
func touches(service, resource string) string {
	if !isResource(resource) {
		return ""
	}
	for _, pattern := range reserved[service] {
		if policy.Overlap(resource, pattern) {
			return pattern
		}
	}
	return ""
}

// RestartsAreTexts requires texts that a variable can have.
func RestartsAreTexts(p *plan.Plan) []error {
	var errs []error
	for _, w := range p.Containers() {
		if !restartForm.MatchString(w.Restart) {
			errs = append(errs, refuse(w.Field+".restart", "cannot use %q: it has only letters, digits, spaces and "+
				"_ . : / + -; write for example 2026-11-27", w.Restart))
		}
	}
	return errs
}

// maxEgress is how many rules a security group may have besides Kasha's own.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const maxEgress = 40

// EgressLeadsOut requires destinations that a security group can name, that are not open
// anyway, and that the network lets through.
func EgressLeadsOut(p *plan.Plan) []error {
	var errs []error
	groups := map[string]map[v1alpha1.EgressRule]bool{}
	for _, w := range p.Containers() {
		group := string(w.Group)
		if groups[group] == nil {
			groups[group] = map[v1alpha1.EgressRule]bool{}
		}
		for i, e := range w.Egress {
			groups[group][e] = true
			errs = append(errs, egress(p, fmt.Sprintf("%s.egress[%d]", w.Field, i), w, e)...)
			if slices.Index(w.Egress, e) < i {
				errs = append(errs,
					refuse(w.Field+".egress", "cannot list a rule twice: AWS has each once; remove one"))
			}
		}
		if n := len(groups[group]); n > maxEgress {
			errs = append(errs, refuse(w.Field+".egress", "cannot open %d destinations: the workloads in this "+
				"security group may have %d together; name larger networks, or a prefix list", n, maxEgress))
		}
	}
	return errs
}

func egress(p *plan.Plan, field string, w plan.Workload, e v1alpha1.EgressRule) []error {
	to, isNetwork := network(e.CIDR)
	switch {
	case (e.CIDR == "") == (e.PrefixListID == ""):
		return one(field, "cannot tell where the rule leads: it has one destination; set either cidr or prefixListID")
	case e.CIDR != "" && !isNetwork:
		return one(field+".cidr", "cannot use %q: it must be an IPv4 network address with a prefix length; write for "+
			"example 203.0.113.0/24", e.CIDR)
	case e.PrefixListID != "" && !listForm.MatchString(e.PrefixListID):
		return one(field+".prefixListID", "cannot use %q: it is not the ID of a prefix list; write for example "+
			"pl-3b927c52", e.PrefixListID)
	case e.Port < 1 || e.Port > maxPort:
		return one(field+".port", "cannot use %d: ports are 1 to %d; write one of them", e.Port, maxPort)
	case e.Protocol != "tcp" && e.Protocol != "udp":
		return one(field+".protocol", "cannot use %q: a rule is for tcp or udp; write one of them", e.Protocol)
	case isNetwork && to.Bits() == 0 && e.Port == plan.HTTPSPort && e.Protocol == "tcp":
		return one(field, "cannot open port 443 to everywhere: it is open already, and AWS has each rule once; "+
			"remove the rule")
	case e.CIDR == "":
		return nil
	}
	for i, d := range p.Claim.Spec.Network.DenyRules {
		if d.Subnets == w.Subnets && d.Direction == v1alpha1.Egress && denies(d, e, to) {
			return one(field, "cannot open port %d to %s: network.denyRules[%d] denies it for the %s subnets; "+
				"remove one of the two", e.Port, e.CIDR, i, w.Subnets)
		}
	}
	return nil
}

// denies tells whether a rule denies all of an egress rule's connections.
func denies(d v1alpha1.DenyRule, e v1alpha1.EgressRule, to netip.Prefix) bool {
	from, ok := network(d.CIDR)
	if !ok || from.Bits() > to.Bits() || !from.Contains(to.Addr()) {
		return false
	}
	return d.Protocol == "all" || d.Protocol == e.Protocol && d.FromPort != nil && d.ToPort != nil &&
		*d.FromPort <= e.Port && e.Port <= *d.ToPort
}
