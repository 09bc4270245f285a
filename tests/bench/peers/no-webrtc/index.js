// Stands for the native WebRTC module, which is not built: peers on loopback speak TCP.
export const RTCPeerConnection = undefined
export const RTCSessionDescription = undefined
export const RTCIceCandidate = undefined
export default {}
