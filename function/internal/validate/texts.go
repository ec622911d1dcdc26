package validate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// A text is a value of the claim that must have a form. The schema has the same form, and
// says the same about it.
type text struct {
	field, value string
	form         *regexp.Regexp
	// wrong says why the value is refused and what to write instead.
	wrong string
}

// Forms of texts that no other check looks at.
var (
	emailForm  = regexp.MustCompile(`^[^@\s]+@[^@\s]+[.][^@\s]+$`)
	regionForm = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	vaultForm  = regexp.MustCompile(`^arn:aws:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:[A-Za-z0-9_-]{2,50}$`)
	groupForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9_. -]*$`)
	mysqlForm  = regexp.MustCompile(`^8[.]4([.][0-9]{1,3})?$`)
	userForm   = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
	cachedForm = regexp.MustCompile(`^/[A-Za-z0-9_.*$/~"'@:+&?-]*$`)
	listForm   = regexp.MustCompile(`^pl-[0-9a-f]{8,17}$`)
	zoneForm   = regexp.MustCompile(`^Z[A-Z0-9]{5,31}$`)
	ruleForm   = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	countryISO = regexp.MustCompile(`^[A-Z]{2}$`)
	headerForm = regexp.MustCompile(`^[ -~]*$`)
	policyForm = regexp.MustCompile(`^arn:aws:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9+=,.@_/-]+$`)
	jsonKey    = regexp.MustCompile(`^[A-Za-z0-9_.@/-]+$`)
	exemptForm = regexp.MustCompile(`^/[A-Za-z0-9._~/-]+$`)
	originForm = regexp.MustCompile(`^(https://([*][.])?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|` +
		`http://(localhost|127[.]0[.]0[.]1))(:[0-9]{1,5})?$`)
	headerName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	fileForm   = regexp.MustCompile(`^/[A-Za-z0-9._~/-]*[A-Za-z0-9_~-]$`)
	roleForm   = regexp.MustCompile(`^arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$`)
	pathForm   = regexp.MustCompile(`^/[!-~]*$`)
)

// TextsHaveTheirForm refuses texts that cannot be what the field is for.
func TextsHaveTheirForm(p *plan.Plan) []error {
	var errs []error
	for _, t := range slices.Concat(specTexts(p), edgeTexts(p), bucketTexts(p), workloadTexts(p), databaseTexts(p),
		overrideTexts(p)) {
		if !t.form.MatchString(t.value) {
			errs = append(errs, refuse(t.field, "cannot use %q: %s", t.value, t.wrong))
		}
	}
	return errs
}

// optional is a text that may be empty.
func optional(t text) []text {
	if t.value == "" {
		return nil
	}
	return []text{t}
}

// each is one text for each element of a list.
func each(field string, values []string, form *regexp.Regexp, wrong string) []text {
	out := make([]text, len(values))
	for i, v := range values {
		out[i] = text{fmt.Sprintf("%s[%d]", field, i), v, form, wrong}
	}
	return out
}

func specTexts(p *plan.Plan) []text {
	c := p.Claim.Spec
	out := optional(text{"spec.permissionsBoundaryARN", c.PermissionsBoundaryARN, policyForm,
		"it is not the ARN of an IAM policy; write for example arn:aws:iam::111122223333:policy/boundary"})
	out = append(out, each("spec.alarms.emails", c.Alarms.Emails, emailForm,
		"it is not an e-mail address; write for example oncall@example.com")...)
	if to := c.Backup.CopyTo; to != nil {
		out = append(out, optional(text{"spec.backup.copyTo.vaultARN", to.VaultARN, vaultForm,
			"it is not the ARN of a backup vault; write for example " +
				"arn:aws:backup:eu-west-1:444455556666:backup-vault:archive"})...)
	}
	return append(out,
		optional(text{"spec.backup.restoreTest.subnetGroup", c.Backup.RestoreTest.SubnetGroup, groupForm,
			"its name has lower-case letters, digits, spaces and _ . - and begins with a letter or a digit; " +
				"write the name that aws rds describe-db-subnet-groups shows"})...)
}

func edgeTexts(p *plan.Plan) []text {
	e := p.Claim.Spec.Edge
	out := each("spec.edge.cachedPaths", e.CachedPaths, cachedForm, "a path begins with a slash and has only "+
		`letters, digits and _ - . * $ / ~ " ' @ : + & ?; write for example /static/*`)
	if st := e.Static; st != nil {
		out = append(out, staticTexts(st)...)
	}
	out = append(out, optional(text{"spec.edge.originPrefixListID", e.OriginPrefixListID, listForm,
		"it is not the ID of a prefix list; write for example pl-3b927c52"})...)
	if e.Domain != nil {
		out = append(out, optional(text{"spec.edge.domain.hostedZoneID", e.Domain.HostedZoneID, zoneForm,
			"it is not the ID of a hosted zone; write for example Z0123456789ABCDEFGHIJ"})...)
	}
	out = append(out,
		each("spec.edge.waf.exemptPaths", e.WAF.ExemptPaths, exemptForm, "it begins with a slash, goes on after it, "+
			"and has only letters, digits and . _ ~ / -; write for example /hooks/")...)
	for i, o := range e.WAF.Overrides {
		out = append(out, text{fmt.Sprintf("spec.edge.waf.overrides[%d].rule", i), o.Rule, ruleForm,
			"it is not the name of a rule; write for example SizeRestrictions_BODY"})
	}
	if e.GeoRestriction != nil {
		out = append(out, each("spec.edge.geoRestriction.countries", e.GeoRestriction.Countries, countryISO,
			"it is not a two-letter code of ISO 3166-1 in capitals; write for example DE")...)
	}
	return append(out, text{"spec.edge.responseHeaders.contentSecurityPolicy", e.ResponseHeaders.ContentSecurityPolicy,
		headerForm, "a header has only the printable characters of ASCII; remove the others"})
}

func staticTexts(st *v1alpha1.Static) []text {
	const wrong = "a path begins with a slash and has only letters, digits and _ - . * $ / ~ \" ' @ : + & ?; write " +
		"for example "
	return slices.Concat(
		each("spec.edge.static.paths", st.Paths, cachedForm, wrong+"/assets/*"),
		each("spec.edge.static.frontendPaths", st.FrontendPaths, cachedForm, wrong+"/api/*"),
		optional(text{"spec.edge.static.fallback", st.Fallback, fileForm, "it begins with a slash, has only " +
			"letters, digits and . _ ~ / -, and is no directory; write for example /index.html"}),
		each("spec.edge.static.uploaders", st.Uploaders, roleForm, "it is not the ARN of an IAM role; write for "+
			"example arn:aws:iam::111122223333:role/ci"))
}

func bucketTexts(p *plan.Plan) []text {
	var out []text
	for i, r := range p.Claim.Spec.Bucket.CORS {
		field := fmt.Sprintf("spec.bucket.cors[%d].", i)
		out = append(out, each(field+"origins", r.Origins, originForm, "it is not a scheme and a host as browsers "+
			"send them, in lower case and without a path; write for example https://shop.example.com, "+
			"https://*.example.com or http://localhost:3000")...)
		out = append(out, each(field+"exposeHeaders", r.ExposeHeaders, headerName, "a name has only letters, "+
			"digits and hyphens, and S3 takes no star here; write for example x-amz-version-id")...)
	}
	return out
}

func workloadTexts(p *plan.Plan) []text {
	var out []text
	for _, w := range p.Containers() {
		out = append(out, exposedTexts(w)...)
		if w.Served() {
			out = append(out,
				optional(text{w.Field + ".healthCheck.path", w.HealthCheck.Path, pathForm, "a path begins " +
					"with a slash and has only printable characters of ASCII, without " +
					"spaces; write for example /healthz"})...)
		}
	}
	for _, c := range p.Parts() {
		for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
			out = append(out, optional(text{c.Field + ".secrets[" + name + "].key", c.Secrets[name].Key, jsonKey,
				"a key has only letters, digits and _ . @ / -; write it as it is in the secret"})...)
		}
	}
	return out
}

func databaseTexts(p *plan.Plan) []text {
	db := p.Claim.Spec.Database
	out := []text{{"spec.database.version", db.Version, mysqlForm,
		"the database is MySQL 8.4; write 8.4, or a full version like 8.4.6"}}
	return append(out,
		each("spec.database.iamUsers", db.IAMUsers, userForm, "the name of a MySQL user that logs in with "+
			"IAM has letters, digits and _ . -; write for example app")...)
}
