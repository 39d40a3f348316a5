"""The shaders: one program draws everything, and `mode` says what a part is."""

from __future__ import annotations

SKIN, HAIR, EYE, PLAIN, FUR, CLOTH, BROW = range(7)
"""Modes. FUR: layers over the body that are thin towards their ends, such as beards and short hair. CLOTH: a layer over
the body, such as a mask. PLAIN: untextured things, such as glasses."""

_PLACEMENT = """
#version 330
in vec3 in_position;
in vec3 in_normal;
in vec2 in_uv;
in vec3 in_rest;
in float in_head;
in float in_open;
uniform mat3 head;
uniform mat3 torso;
uniform vec3 pivot;
uniform vec3 neck;
uniform float layer;     // how far this layer lies above the surface
vec3 placed() {
    vec3 p = in_position + in_normal * layer;
    return mix(torso * (p - neck) + head * (neck - pivot), head * (p - pivot), in_head);
}
"""

VERTEX = f"""{_PLACEMENT}
uniform vec3 window;     // centre x, y and half the side of the square, in the plane through the pivot
uniform float distance;  // of the camera from the pivot
out vec3 normal;
out vec3 place;
out vec3 local;
out vec3 rest;
out vec2 uv;
out float open_sky;
void main() {{
    place = placed();
    normal = mix(torso * in_normal, head * in_normal, in_head);
    local = in_position;
    rest = in_rest;
    uv = in_uv;
    open_sky = in_open;
    float away = distance - place.z;
    vec2 flat_xy = (distance * place.xy - window.xy * away) / window.z;
    float near = max(0.3, distance - 5.0), far = distance + 7.0;
    gl_Position = vec4(flat_xy.x, -flat_xy.y, ((far + near) * away - 2.0 * far * near) / (far - near), away);
}}
"""

SHADOW_VERTEX = f"""{_PLACEMENT}
uniform mat3 towards_light;  // its rows: right, up and towards the first light
uniform float reach;
out vec2 uv;
out vec3 rest;
void main() {{
    vec3 seen = towards_light * placed();
    uv = in_uv;
    rest = in_rest;
    gl_Position = vec4(seen.xy / reach, -seen.z / (2.5 * reach), 1);
}}
"""

SHADOW_FRAGMENT = """
#version 330
in vec2 uv;
in vec3 rest;
uniform sampler2D picture;
uniform int mode;
uniform vec3 hat_plane;
void main() {
    if (mode == 1) {
        if (texture(picture, uv).a < 0.4) discard;
        if (hat_plane.z > 0.5 && rest.y + hat_plane.y * rest.z > hat_plane.x) discard;
    }
}
"""

FRAGMENT = """
#version 330
in vec3 normal;
in vec3 place;
in vec3 local;
in vec3 rest;
in vec2 uv;
in float open_sky;
uniform int mode;
uniform float distance;
uniform sampler2D picture;
uniform bool textured;
uniform vec3 tint;
uniform float strand_mean;  // of a texture of hair
uniform vec3 lights[3];     // directions towards the lights, in the camera's frame
uniform vec3 colours[3];
uniform mat3 towards_light;
uniform float reach;
uniform float shadow;       // how dark the first light's shadows are
uniform sampler2DShadow shadows;
uniform vec3 sky;
uniform vec3 ground;
uniform vec3 up;
uniform float shine;
uniform float gloss;
uniform float saturation;
uniform float contrast;
uniform vec3 shirt;
uniform vec3 shirt_second;
uniform vec4 neckline;      // height, slope by |x|, frequency of stripes, whether they are vertical
uniform vec4 beard;         // density, and its colour
uniform vec4 lips;          // strength, and its colour
uniform vec4 scalp;         // density of hair seen through, and its colour
uniform float blush;
uniform vec3 hat_plane;     // height, slope along z, whether hair above is hidden (1) or not (0)
uniform vec3 eye_centre;
uniform vec3 gaze;
uniform vec3 iris;
uniform int region;         // of CLOTH and FUR: 0 beard, 1 scalp, 2 mask, 3 cap, 4 headscarf, 5 scarf, 6 moustache
uniform float depth;        // of a FUR layer: 0 at the skin, 1 at the ends
uniform float translucent;
out vec4 colour;

float hashed(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yzx + 33.33);
    return fract((p.x + p.y) * p.z);
}
float smooth_noise(vec3 p) {
    vec3 cell = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    float a = mix(mix(hashed(cell), hashed(cell + vec3(1, 0, 0)), f.x),
                  mix(hashed(cell + vec3(0, 1, 0)), hashed(cell + vec3(1, 1, 0)), f.x), f.y);
    float b = mix(mix(hashed(cell + vec3(0, 0, 1)), hashed(cell + vec3(1, 0, 1)), f.x),
                  mix(hashed(cell + vec3(0, 1, 1)), hashed(cell + vec3(1, 1, 1)), f.x), f.y);
    return mix(a, b, f.z);
}
float inside(float edge, float width, float x) { return smoothstep(edge - width, edge + width, x); }
float ellipse(vec2 at, vec2 size) { return length(at / size); }

// The regions, on the mean face: decimetres, the eyes at y 7.35, the mouth at 6.68, the chin at 6.3.
float beard_region() {
    float x = abs(rest.x);
    float upper = 6.62 + 0.55 * smoothstep(0.3, 0.66, x);                     // cheeks rise to the sideburns
    float moustache = (1.0 - inside(0.24, 0.05, x)) * inside(6.7, 0.03, rest.y) * (1.0 - inside(6.92, 0.02, rest.y));
    float below = 1.0 - inside(upper, 0.06, rest.y - 0.02);
    float above_neck = inside(6.05, 0.12, rest.y + 0.35 * (rest.z - 0.7));
    float front = inside(0.55, 0.08, rest.z);
    float mouth = 1.0 - inside(1.0, 0.1, ellipse(vec2(rest.x, rest.y - 6.665), vec2(0.27, 0.14)));
    return max(moustache * front, below * above_neck * inside(0.5, 0.1, rest.z + 0.2)) * (1.0 - mouth);
}
float scalp_region() {
    float hairline = 7.93 - 0.28 * smoothstep(0.35, 0.62, abs(rest.x));
    float line = rest.z > 0.65 ? hairline : mix(7.0, hairline, smoothstep(0.15, 0.85, rest.z));
    line = mix(6.62, line, smoothstep(-0.2, 0.5, rest.z));
    float ear = 1.0 - inside(1.0, 0.08, ellipse(vec2(rest.z - 0.42, rest.y - 7.15), vec2(0.29, 0.33)));
    ear *= step(0.6, abs(rest.x));
    return inside(line, 0.05, rest.y) * (1.0 - ear);
}
float mask_region() {
    float x = abs(rest.x);
    float upper = 7.12 - 0.22 * smoothstep(0.1, 0.62, x);
    float lower = 6.22 + 0.35 * smoothstep(0.2, 0.62, x);
    return step(lower, rest.y + 0.15 * (rest.z - 1.2)) * step(rest.y, upper) * step(0.85 - 0.1 * x, rest.z);
}
float region_share() {
    if (region == 0) return beard_region();
    if (region == 1) return scalp_region();
    if (region == 2) return mask_region();
    if (region == 3) return step(hat_plane.x, rest.y + hat_plane.y * rest.z);
    if (region == 4) {
        float face = ellipse(vec2(rest.x, rest.y - 7.1), vec2(0.62, 0.86));
        return (rest.z > 0.45 && face < 1.0) ? 0.0 : step(5.6, rest.y);
    }
    if (region == 5) return step(5.55, rest.y + 0.2 * rest.z) * step(rest.y - 0.28 * (0.8 - rest.z), 6.02);
    return 0.0;
}

void main() {
    vec3 n = normalize(normal);
    vec3 view = normalize(vec3(0, 0, distance) - place);
    if (dot(n, view) < 0.0 && mode != 0) n = -n;
    vec3 base = tint;
    float coverage = 1.0, spec = shine, occlusion = open_sky;
    if (mode == 0) {
        base = textured ? pow(texture(picture, uv).rgb, vec3(2.2)) * tint : tint;
        float lip = 1.0 - inside(1.0, 0.12, ellipse(vec2(rest.x, rest.y - 6.67), vec2(0.24, 0.12)));
        if (rest.z > 1.2) base = mix(base, lips.yzw, lip * lips.x);
        float cheek = exp(-6.0 * dot(vec2(abs(rest.x) - 0.4, rest.y - 6.95), vec2(abs(rest.x) - 0.4, rest.y - 6.95)));
        base *= mix(vec3(1), vec3(1.0, 0.75, 0.72), cheek * blush * step(0.7, rest.z));
        base *= 0.93 + 0.14 * smooth_noise(rest * 14.0);
        if (beard.x > 0.0) {
            float grain = 0.75 + 0.4 * smooth_noise(rest * 60.0);
            base = mix(base, beard.yzw, clamp(beard_region() * beard.x * grain, 0.0, 0.93));
        }
        if (scalp.x > 0.0) base = mix(base, scalp.yzw, clamp(scalp_region() * scalp.x, 0.0, 0.95));
        float edge = neckline.x - neckline.y * abs(rest.x) * step(0.0, rest.z);
        if (rest.y + 0.12 * rest.z < edge) {
            float along = neckline.w > 0.5 ? rest.x : rest.y;
            base = mix(shirt, shirt_second, neckline.z > 0.0 ? step(0.5, fract(along * neckline.z)) : 0.0);
            base *= 0.8 + 0.3 * smooth_noise(rest * 5.0);
            spec = 0.02;
        }
    } else if (mode == 6) {
        if (texture(picture, uv).a < 0.15 + 0.6 * hashed(vec3(gl_FragCoord.xy, 1.0))) discard;
    } else if (mode == 1) {
        vec4 t = textured ? texture(picture, uv) : vec4(1);
        if (hat_plane.z > 0.5 && rest.y + hat_plane.y * rest.z > hat_plane.x) discard;
        if (t.a < 0.12 + 0.6 * hashed(vec3(gl_FragCoord.xy, 0.0))) discard;
        float strand = dot(pow(t.rgb, vec3(1.4)), vec3(0.35, 0.45, 0.2));
        base = min(tint * (0.35 + 0.65 * min(strand / strand_mean, 2.2)), vec3(0.95));
    } else if (mode == 2) {
        vec3 d = normalize(local - eye_centre);
        float angle = acos(clamp(dot(d, gaze), -1.0, 1.0));
        base = mix(vec3(0.66, 0.60, 0.57), iris, smoothstep(0.52, 0.44, angle));
        base *= mix(1.0, 0.5, smoothstep(0.36, 0.46, angle) * smoothstep(0.54, 0.48, angle));
        base = mix(base, vec3(0.01), smoothstep(0.21, 0.17, angle));
        occlusion = 0.75;
        spec = 0.9;
    } else if (mode == 4) {
        float share = region_share();
        float wave = smooth_noise(rest * 40.0);
        float threshold = 0.15 + 0.5 * hashed(vec3(gl_FragCoord.xy, depth));
        if (share * smoothstep(depth - 0.3, depth + 0.2, wave) < threshold) discard;
        base = tint * (0.35 + 0.5 * depth) * (0.8 + 0.4 * wave);
    } else if (mode == 5) {
        if (region_share() < 0.5) discard;
        float along = neckline.w > 0.5 ? rest.x : rest.y;
        base = mix(tint, shirt_second, neckline.z > 0.0 ? step(0.5, fract(along * neckline.z)) : 0.0);
        base *= 0.75 + 0.4 * smooth_noise(rest * vec3(9, 4, 9));
    } else {
        coverage = 1.0 - translucent;
    }
    vec3 lit = mix(ground, sky, 0.5 + 0.5 * dot(n, up)) * occlusion;
    vec3 glare = vec3(0);
    vec3 seen = towards_light * (place + 0.02 * n);
    vec3 there = vec3(seen.xy / reach, -seen.z / (2.5 * reach)) * 0.5 + 0.5;
    float sunlit = 1.0 - shadow * (1.0 - texture(shadows, vec3(there.xy, there.z - 0.006)));
    for (int k = 0; k < 3; ++k) {
        float facing = dot(n, lights[k]);
        // Light goes some way around skin, and further around hair.
        float around = mode == 0 ? 0.11 : (mode == 1 || mode == 4) ? 0.25 : 0.0;
        float wrapped = max(around + (1.0 - around) * facing, 0.0);
        vec3 arriving = colours[k] * mix(1.0, occlusion, 0.5) * (k == 0 ? sunlit : 1.0);
        lit += arriving * wrapped;
        vec3 halfway = normalize(lights[k] + view);
        glare += arriving * pow(max(dot(n, halfway), 0.0), gloss) * max(facing, 0.0);
    }
    float rim = pow(1.0 - max(dot(n, view), 0.0), 4.0);
    vec3 shaded = base * lit + glare * spec * (mode == 2 ? 1.0 : occlusion) + rim * sky * 0.06;
    shaded = shaded / (1.0 + 0.25 * shaded);
    float grey = dot(shaded, vec3(0.3, 0.55, 0.15));
    shaded = mix(vec3(grey), shaded, saturation);
    vec3 developed = pow(clamp(shaded, 0.0, 1.0), vec3(1.0 / 2.2));
    colour = vec4((developed - 0.43) * contrast + 0.43, coverage);
}
"""

BACKDROP_VERTEX = """
#version 330
in vec2 in_position;
out vec2 uv;
void main() { uv = in_position * 0.5 + 0.5; gl_Position = vec4(in_position, 0.9999, 1); }
"""

BACKDROP_FRAGMENT = """
#version 330
in vec2 uv;
uniform sampler2D picture;
out vec4 colour;
void main() { colour = vec4(texture(picture, uv).rgb, 1); }
"""
