// Pictures as the program prepares them: the same arithmetic as Pillow's and OpenCV's, so that angles agree.
// A picture is {data, width, height}: RGBA bytes, row by row, as a canvas gives them.

// Coefficients of FFmpeg's conversion to RGB, in 1/65536: red from V, blue from U, green from U and from V.
const MATRICES = {
  bt709: [117504, 138453, -13954, -34903],
  smpte170m: [104597, 132201, -25675, -53279],
  bt470bg: [104597, 132201, -25675, -53279],
};

// What 13 bits of a coefficient make of each value, without its fraction, as FFmpeg's processor instructions do.
function table(coefficient, offset) {
  const factor = Math.floor((coefficient * 8192 + 32768) / 65536);
  return Int16Array.from({length: 256}, (_, value) => (8 * (value - offset) * factor) >> 16);
}

const TABLES = {};
for (const [name, [redV, blueU, greenU, greenV]] of Object.entries(MATRICES)) {
  TABLES[name] = {
    light: table(Math.floor((65536 * 255) / 219), 16),
    redV: table(redV, 128),
    blueU: table(blueU, 128),
    greenU: table(greenU, 128),
    greenV: table(greenV, 128),
  };
}

// The matrix of a video that does not specify one, as players assume.
const usualMatrix = (width, height) => (width >= 1280 || height > 576 ? "bt709" : "smpte170m");

// The pixels of a VideoFrame by the same arithmetic as the program's; null for kinds of pictures that it does not know.
// Browsers convert colours in ways of their own, which move a box by a pixel now and then, and angles by half a degree.
export async function pixelsOf(videoFrame) {
  const {format, colorSpace, visibleRect, displayWidth, displayHeight, rotation} = videoFrame;
  if (!["I420", "NV12"].includes(format) || colorSpace.fullRange || rotation) return null;
  const {width, height} = visibleRect;
  const tables = TABLES[colorSpace.matrix ?? usualMatrix(width, height)];
  if (tables === undefined || displayWidth !== width || displayHeight !== height) return null;
  const planes = new Uint8Array(videoFrame.allocationSize());
  const layout = await videoFrame.copyTo(planes);
  const [light, first, second] = layout;
  const step = format === "I420" ? 1 : 2;
  const u = {start: first.offset, stride: first.stride};
  const v = format === "I420" ? {start: second.offset, stride: second.stride} : {start: first.offset + 1, stride: first.stride};
  const picture = new ImageData(width, height);
  const {data} = picture;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const line = light.offset + y * light.stride;
    const lineU = u.start + (y >> 1) * u.stride;
    const lineV = v.start + (y >> 1) * v.stride;
    for (let x = 0; x < width; x++, to += 4) {
      const bright = tables.light[planes[line + x]];
      const valueU = planes[lineU + (x >> 1) * step];
      const valueV = planes[lineV + (x >> 1) * step];
      // The array cuts values to 0 … 255.
      data[to] = bright + tables.redV[valueV];
      data[to + 1] = bright + tables.greenU[valueU] + tables.greenV[valueV];
      data[to + 2] = bright + tables.blueU[valueU];
      data[to + 3] = 255;
    }
  }
  return picture;
}

// Python's round(): halves go to the even number.
export function roundHalfEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

// Where each column (or row) of the detector's square lies in the picture, in 1/32 pixel.
function samplePoints(length, longer, side) {
  const points = new Int32Array(side);
  for (let i = 0; i < side; i++) {
    points[i] = roundHalfEven(((i * longer) / side + (length - longer) / 2) * 32);
  }
  return points;
}

// The picture in the middle of a black square: (1, 3, side, side), RGB from -1 to 1, interpolated between four pixels.
export function letterboxed(picture, side) {
  const {data, width, height} = picture;
  const longer = Math.max(width, height);
  const columns = samplePoints(width, longer, side);
  const rows = samplePoints(height, longer, side);
  const values = new Float32Array(3 * side * side);
  const at = (x, y, channel) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[4 * (y * width + x) + channel];
  for (let row = 0; row < side; row++) {
    const y = rows[row] >> 5;
    const down = rows[row] & 31;
    for (let column = 0; column < side; column++) {
      const x = columns[column] >> 5;
      const right = columns[column] & 31;
      for (let channel = 0; channel < 3; channel++) {
        const sum =
          (32 - down) * ((32 - right) * at(x, y, channel) + right * at(x + 1, y, channel)) +
          down * ((32 - right) * at(x, y + 1, channel) + right * at(x + 1, y + 1, channel));
        const value = (sum + 512) >> 10;
        values[channel * side * side + row * side + column] = value / 127.5 - 1;
      }
    }
  }
  return values;
}

// The part inside a rectangle [x1, y1, x2, y2] in whole pixels, as RGB bytes; black outside the picture. null if it is
// too small, or outside.
export function cutOut(picture, [x1, y1, x2, y2], smallest) {
  const width = x2 - x1;
  const height = y2 - y1;
  const left = Math.max(x1, 0);
  const right = Math.min(x2, picture.width);
  const top = Math.max(y1, 0);
  const bottom = Math.min(y2, picture.height);
  if (Math.min(width, height) < smallest || left >= right || top >= bottom) return null;
  const data = new Uint8Array(3 * width * height);
  for (let y = top; y < bottom; y++) {
    let from = 4 * (y * picture.width + left);
    let to = 3 * ((y - y1) * width + (left - x1));
    for (let x = left; x < right; x++, from += 4, to += 3) {
      data[to] = picture.data[from];
      data[to + 1] = picture.data[from + 1];
      data[to + 2] = picture.data[from + 2];
    }
  }
  return {data, width, height};
}

const BITS = 22;

// For each place of a resized row: the first pixel that it is made of, and the weights of that one and the next.
function weightsFor(length, wanted) {
  const scale = length / wanted;
  const support = Math.max(scale, 1);
  const places = [];
  for (let place = 0; place < wanted; place++) {
    const centre = (place + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - support + 0.5), 0);
    const last = Math.min(Math.trunc(centre + support + 0.5), length);
    const weights = [];
    let sum = 0;
    for (let i = first; i < last; i++) {
      const weight = Math.max(1 - Math.abs((i - centre + 0.5) / support), 0);
      weights.push(weight);
      sum += weight;
    }
    places.push({first, weights: weights.map((one) => Math.trunc((one / sum) * 2 ** BITS + 0.5))});
  }
  return places;
}

// Resizes the lines of RGB bytes; `step` is the distance between pixels of a line, `lines` the start of each.
function resizedLines(data, places, step, lines, target, targetStep, targetLines) {
  lines.forEach((line, number) => {
    places.forEach(({first, weights}, place) => {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 2 ** (BITS - 1);
        let from = line + first * step + channel;
        for (const weight of weights) {
          sum += weight * data[from];
          from += step;
        }
        target[targetLines[number] + place * targetStep + channel] = Math.min(Math.floor(sum / 2 ** BITS), 255);
      }
    });
  });
}

const starts = (count, step) => Array.from({length: count}, (_, number) => number * step);

function resized({data, width, height}, newWidth, newHeight) {
  let rows = data;
  if (newWidth !== width) {
    rows = new Uint8Array(3 * newWidth * height);
    resizedLines(data, weightsFor(width, newWidth), 3, starts(height, 3 * width), rows, 3, starts(height, 3 * newWidth));
  }
  if (newHeight === height) return rows;
  const whole = new Uint8Array(3 * newWidth * newHeight);
  const columns = starts(newWidth, 3);
  resizedLines(rows, weightsFor(height, newHeight), 3 * newWidth, columns, whole, 3 * newWidth, columns);
  return whole;
}

// The shorter side becomes `side`; returns the central square as RGB bytes.
export function shrinkToSquare(crop, side) {
  const shorter = Math.min(crop.width, crop.height);
  const width = Math.floor((side * crop.width) / shorter);
  const height = Math.floor((side * crop.height) / shorter);
  const whole = resized(crop, width, height);
  const left = roundHalfEven((width - side) / 2);
  const top = roundHalfEven((height - side) / 2);
  const square = new Uint8Array(3 * side * side);
  for (let y = 0; y < side; y++) {
    const from = 3 * ((y + top) * width + left);
    square.set(whole.subarray(from, from + 3 * side), 3 * y * side);
  }
  return square;
}
