package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// account is the AWS account that everything simulated is in.
const account = "111122223333"

// answer gives an object what provider-aws would: references resolved, the name
// that AWS knows it by, and a status.
func answer(o map[string]any, byName map[string]map[string]any, region string) {
	kind := shortGroup(Text(o, "apiVersion")) + "/" + Text(o, "kind")
	spec, ok := o["spec"].(map[string]any)
	if !ok {
		return
	}
	params, managed := spec["forProvider"].(map[string]any)
	if !managed {
		o["status"] = map[string]any{"conditions": conditions(o)}
		return
	}
	if r, ok := params["region"].(string); ok {
		region = r
	}
	resolve(params, byName)
	meta := child(o, "metadata")
	a := aws{
		region: region,
		name:   Text(o, "metadata", "name"),
		given:  Text(o, "metadata", "annotations", "crossplane.io/external-name"),
		params: params,
		at:     clone(params),
	}
	a.id(kind)
	if fill := answers[kind]; fill != nil {
		fill(&a)
	}
	child(meta, "annotations")["crossplane.io/external-name"] = a.external()
	o["status"] = map[string]any{"atProvider": a.at, "conditions": conditions(o)}
}

func conditions(o map[string]any) []any {
	generation := child(o, "metadata")["generation"]
	condition := func(kind, reason string) any {
		return map[string]any{
			"type": kind, "status": "True", "reason": reason,
			"lastTransitionTime": "2026-01-02T03:04:07Z", "observedGeneration": generation,
		}
	}
	return []any{condition("Ready", "Available"), condition("Synced", "ReconcileSuccess"), condition("LastAsyncOperation", "Success"), condition("AsyncOperation", "Finished")}
}

// resolve fills in what references refer to, as the provider's resolver does.
func resolve(params map[string]any, byName map[string]map[string]any) {
	for field, v := range params {
		switch v := v.(type) {
		case map[string]any:
			// A Secret's reference is the provider's own business.
			if strings.HasSuffix(field, "SecretRef") {
				continue
			}
			if base, ok := strings.CutSuffix(field, "Ref"); ok {
				setDefault(params, base, referred(base, v, byName))
				continue
			}
			resolve(v, byName)
		case []any:
			base, ok := strings.CutSuffix(field, "Refs")
			for _, e := range v {
				e, is := e.(map[string]any)
				if is && !ok {
					resolve(e, byName)
				}
			}
			if into := strings.TrimSuffix(base, "s") + "s"; ok && params[into] == nil {
				params[into], params[field] = referredAll(base, v, byName)
			}
		}
	}
}

// referredAll are the values and the references, both in the order of the values,
// in which the provider writes them.
func referredAll(base string, refs []any, byName map[string]map[string]any) (values, sorted []any) {
	of := func(ref any) string {
		r, _ := ref.(map[string]any)
		v, _ := referred(base, r, byName).(string)
		return v
	}
	sorted = slices.Clone(refs)
	slices.SortFunc(sorted, func(a, b any) int { return strings.Compare(of(a), of(b)) })
	for _, r := range sorted {
		values = append(values, of(r))
	}
	return values, sorted
}

// arns are fields whose reference yields an ARN though their name does not say
// so.
var arns = map[string]bool{"logDestination": true, "kmsKeyId": true, "kmsKey": true, "snsTopic": true}

// referred is the value that a field gets from the resource that it refers to.
// The kind is not part of a reference, so any resource of the name will do.
func referred(field string, ref map[string]any, byName map[string]map[string]any) any {
	name, _ := ref["name"].(string)
	for key, o := range byName {
		if !strings.HasSuffix(key, "/"+name) {
			continue
		}
		spec, _ := o["spec"].(map[string]any)
		params, _ := spec["forProvider"].(map[string]any)
		a := aws{region: Text(params, "region"), name: name, given: Text(o, "metadata", "annotations", "crossplane.io/external-name"), params: params, at: clone(params)}
		kind := shortGroup(Text(o, "apiVersion")) + "/" + Text(o, "kind")
		a.id(kind)
		if fill := answers[kind]; fill != nil {
			fill(&a)
		}
		if arn, ok := a.at["arn"]; ok && (arns[field] || strings.HasSuffix(strings.ToLower(field), "arn")) {
			return arn
		}
		switch field {
		case "resourceId", "scalableDimension", "serviceNamespace":
			return params[field]
		}
		return a.external()
	}
	return "unresolved-" + name
}

// aws is one resource as AWS knows it.
type aws struct {
	region, name, given string
	params, at          map[string]any
}

func digest(text string, n int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:n]
}

// hash is n digits that are always the same for one resource.
func (a *aws) hash(n int) string { return digest(a.region+"/"+a.name, n) }

func (a *aws) external() string {
	if a.given != "" {
		return a.given
	}
	id, _ := a.at["id"].(string)
	return id
}

func (a *aws) param(name string) string {
	t, _ := a.params[name].(string)
	return t
}

func (a *aws) arn(service, resource string) {
	a.at["arn"] = "arn:aws:" + service + ":" + a.region + ":" + account + ":" + resource
}

// id gives the resource the identifier that AWS would.
func (a *aws) id(kind string) {
	switch prefix, ok := idPrefixes[kind]; {
	case ok && a.given == "":
		a.at["id"] = prefix + "-0" + a.hash(16)
	case a.given != "":
		a.at["id"] = a.given
	default:
		a.at["id"] = a.name
	}
	group, _, _ := strings.Cut(kind, "/")
	if group == "ec2" {
		_, noun, _ := strings.Cut(kind, "/")
		a.arn("ec2", strings.ToLower(noun)+"/"+a.at["id"].(string)) //nolint:forcetypeassert // Set above.
	}
}

// idPrefixes are how AWS begins the identifiers that it chooses.
var idPrefixes = map[string]string{
	"ec2/VPC": "vpc", "ec2/Subnet": "subnet", "ec2/InternetGateway": "igw", "ec2/EIP": "eipalloc",
	"ec2/NATGateway": "nat", "ec2/RouteTable": "rtb", "ec2/RouteTableAssociation": "rtbassoc",
	"ec2/SecurityGroup": "sg", "ec2/DefaultSecurityGroup": "sg", "ec2/SecurityGroupRule": "sgrule",
	"ec2/NetworkACL": "acl", "ec2/DefaultNetworkACL": "acl", "ec2/NetworkACLRule": "nacl",
	"ec2/FlowLog": "fl", "ec2/VPCEndpoint": "vpce", "ec2/Route": "r-rtb",
}
